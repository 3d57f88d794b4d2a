"""The formats of JSON Schema, draft 2020-12. Each is asserted: a text that is not of it is a finding.

Sources: https://json-schema.org/draft/2020-12/json-schema-validation#section-7.3 and the RFCs that it names.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import lru_cache

from vaultkit.model.record import NamedTuple
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
_HOST = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LABEL = (
    r"[\pL\pN\x{30fb}]([\pL\pN\pM\x{b7}\x{375}\x{5f3}\x{5f4}\x{6fd}\x{6fe}\x{f0b}\x{200c}\x{200d}\x{30fb}-]{0,61}"
    r"[\pL\pN\pM\x{5f3}\x{5f4}\x{6fd}\x{6fe}])?"
)
_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = rf'({_WORD}(\.{_WORD})*|"([^"\\\r\n]|\\.)*")'
_NUMBERS = r"\[([0-9.]+|IPv6:[0-9A-Fa-f:.]+)\]"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def _reference(more: str, absolute: bool) -> Test:
    """A reference of RFC 3986, or with `more` characters of RFC 3987: an address, or a path seen from one."""
    char = rf"(?:[A-Za-z0-9._~!$&'()*+,;={more}-]|%[0-9A-Fa-f]{{2}})"
    host = rf"(\[[0-9A-Fa-f:.]+\]|\[[vV][0-9A-Fa-f]+\.({char}|:)+\]|{char}*)"
    path = rf"({char}|[:@/])*"
    beside = rf"//(({char}|:)*@)?{host}(:[0-9]*)?(/{path})?"
    address = rf"[A-Za-z][A-Za-z0-9+.-]*:({beside}|/?(({char}|[:@]){path})?)"
    seen = rf"({beside}|/(({char}|[:@]){path})?|({char}|@)+(/{path})?)?"
    tail = rf"(\?({char}|[:@/?])*)?(#({char}|[:@/?])*)?"
    return _pattern(rf"^{address if absolute else f'({address}|{seen})'}{tail}$")


_ANY_SCRIPT = r"\x{a0}-\x{d7ff}\x{e000}-\x{10fffd}"
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
    "email": ("an e-mail address", _pattern(rf"^{_LOCAL}@(({_HOST}\.)*{_HOST}|{_NUMBERS})$")),
    "idn-email": ("an e-mail address", _pattern(rf"^[^\s@<>\"(),:;\[\]\\]{{1,64}}@({_LABEL}\.)*{_LABEL}$")),
    "hostname": ("the name of a host", _both(lambda text: len(text) < 254, _pattern(rf"^({_HOST}\.)*{_HOST}$"))),
    "idn-hostname": (
        "the name of a host",
        _both(lambda text: len(text) < 254, _pattern(rf"^({_LABEL}[.\x{{3002}}\x{{ff0e}}\x{{ff61}}])*{_LABEL}$")),
    ),
    "ipv4": ("an IPv4 address", _is_address(4)),
    "ipv6": ("an IPv6 address", _is_address(6)),
    "uri": ("an address such as `https://example.org`", _reference("", absolute=True)),
    "uri-reference": ("an address or a path", _reference("", absolute=False)),
    "iri": ("an address such as `https://example.org`", _reference(_ANY_SCRIPT, absolute=True)),
    "iri-reference": ("an address or a path", _reference(_ANY_SCRIPT, absolute=False)),
    "uri-template": (
        "a template of addresses",
        _pattern(r"^([^\s\"<>\\^`{|}\x{7f}]|\{[+#./;?&=,!@|]?[A-Za-z0-9_.%]+(:[1-9][0-9]{0,3}|\*)?"
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
