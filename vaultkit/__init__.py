"""vaultkit checks an Obsidian vault against its schemas and links, and publishes the notes that pass."""

from vaultkit._version import VERSION as __version__  # noqa: N811

__all__ = ["__version__"]
