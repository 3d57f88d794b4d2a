"""The formats of JSON Schema, draft 2020-12. Each is asserted: a text that is not of it is a finding.

Sources: https://json-schema.org/draft/2020-12/json-schema-validation#section-7.3 and the RFCs that it names.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from vaultkit.schema.dates import date_fault
from vaultkit.schema.pattern import PatternError, pattern_test

Test = Callable[[str], bool]


class Format(NamedTuple):
    """How texts of a format are called, with an example, and which they are."""

    called: str
    fits: Test


def _pattern(source: str) -> Test:
    def fits(text: str) -> bool:
        return pattern_test(source)(text)

    return fits


def _both(first: Test, second: Test) -> Test:
    return lambda text: first(text) and second(text)


def _is_date(text: str) -> bool:
    return date_fault(text) is None


def _is_moment(text: str) -> bool:
    return date_fault(text.upper()) is None


def _is_regex(text: str) -> bool:
    try:
        pattern_test(text)
    except PatternError:
        return False
    return True


def _is_address(version: int) -> Test:
    def fits(text: str) -> bool:
        try:
            return ipaddress.ip_address(text).version == version and "%" not in text
        except ValueError:
            return False

    return fits


_ZONE = r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
_CLOCK = rf"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?{_ZONE}"
_URI = r"[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2}"
_IRI = rf"{_URI}|[\x{{a0}}-\x{{d7ff}}\x{{e000}}-\x{{10fffd}}]"
_HOST = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LABEL = r"[\pL\pN]([\pL\pN\pM-]{0,61}[\pL\pN\pM])?"
_LOCAL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def _reference(char: str, scheme: str) -> Test:
    """A reference of RFC 3986 (or 3987): `scheme` is what must, or may, stand before its path."""
    return _pattern(rf"^{scheme}(//({char}|\[[0-9A-Fa-f:.]+\])*)?({char})*(#({char})*)?$")


_SCHEME = "[A-Za-z][A-Za-z0-9+.-]*:"
_TEXTS: dict[str, tuple[str, Test]] = {
    "date": ("a date such as `2024-11-21`", _both(_pattern(rf"^{_DATE}$"), _is_date)),
    "date-time": (
        "a date and time with its zone such as `2024-11-21T09:30:00Z`",
        _both(_pattern(rf"^{_DATE}[Tt]{_CLOCK}$"), _is_moment),
    ),
    "time": ("a time with its zone such as `09:30:00Z`", _pattern(rf"^{_CLOCK}$")),
    "duration": (
        "a duration such as `P3D`",
        _pattern(
            r"^P([0-9]+W|([0-9]+Y([0-9]+M([0-9]+D)?)?|[0-9]+M([0-9]+D)?|[0-9]+D)(T([0-9]+H([0-9]+M([0-9]+S)?)?"
            r"|[0-9]+M([0-9]+S)?|[0-9]+S))?|T([0-9]+H([0-9]+M([0-9]+S)?)?|[0-9]+M([0-9]+S)?|[0-9]+S))$"
        ),
    ),
    "email": ("an e-mail address", _pattern(rf"^{_LOCAL}@({_HOST}\.)*{_HOST}$")),
    "idn-email": ("an e-mail address", _pattern(rf"^[^\s@<>\"(),:;\[\]\\]{{1,64}}@({_LABEL}\.)*{_LABEL}$")),
    "hostname": ("the name of a host", _both(lambda text: len(text) < 254, _pattern(rf"^({_HOST}\.)*{_HOST}$"))),
    "idn-hostname": ("the name of a host", _both(lambda text: len(text) < 254, _pattern(rf"^({_LABEL}\.)*{_LABEL}$"))),
    "ipv4": ("an IPv4 address", _is_address(4)),
    "ipv6": ("an IPv6 address", _is_address(6)),
    "uri": ("an address such as `https://example.org`", _reference(_URI, _SCHEME)),
    "uri-reference": ("an address or a path", _reference(_URI, f"({_SCHEME})?")),
    "iri": ("an address such as `https://example.org`", _reference(_IRI, _SCHEME)),
    "iri-reference": ("an address or a path", _reference(_IRI, f"({_SCHEME})?")),
    "uri-template": (
        "a template of addresses",
        _pattern(r"^([^\s\"'<>\\^`{|}]|\{[+#./;?&=,!@|]?[A-Za-z0-9_.%]+(:[1-9][0-9]{0,3}|\*)?"
                 r"(,[A-Za-z0-9_.%]+(:[1-9][0-9]{0,3}|\*)?)*\})*$"),
    ),
    "uuid": ("a UUID", _pattern(r"^(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")),
    "json-pointer": ("a JSON Pointer", _pattern(r"^(/([^~/]|~[01])*)*$")),
    "relative-json-pointer": (
        "a relative JSON Pointer",
        _pattern(r"^(0|[1-9][0-9]*)(#|(/([^~/]|~[01])*)*)$"),
    ),
    "regex": ("a pattern", _is_regex),
}  # fmt: skip
FORMATS = {name: Format(called, fits) for name, (called, fits) in _TEXTS.items()}


@lru_cache(maxsize=4096)
def of_format(name: str, text: str) -> bool:
    """Whether a text is of a format."""
    return FORMATS[name].fits(text)
