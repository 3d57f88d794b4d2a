"""The digest that contents are known by. `hashlib` would load OpenSSL first, of which this one is no part."""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:  # another Python
    from hashlib import blake2b

__all__ = ["blake2b"]
