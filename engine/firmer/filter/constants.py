"""Constants: from the text in a condition to what a value of the field's type is compared with.

`convert` raises ValueError with the reason in words; the place is its caller's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from firmer.filter.tree import Constant

WIDTHS = {"INT8": 8, "INT16": 16, "INT32": 32, "UINT8": 8, "UINT16": 16, "UINT32": 32, "PORT": 16}
NUMBER = re.compile(r"[+-]?[0-9]+")
POSITIVE = re.compile(r"\+?[0-9]+")
BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
IPV4 = re.compile(rf"{BYTE}(?:\.{BYTE}){{3}}")

# Names of services that rules use, so that a host without /etc/services reads them alike.
SERVICES = {
    "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "tftp": 69, "http": 80, "kerberos": 88, "pop3": 110, "sunrpc": 111, "ntp": 123,
    "imap2": 143, "snmp": 161, "bgp": 179, "irc": 194, "ldap": 389, "https": 443, "microsoft-ds": 445, "syslog": 514, "imaps": 993, "pop3s": 995,
    "ldaps": 636, "socks": 1080, "ms-sql-s": 1433, "nfs": 2049, "zookeeper": 2181, "mysql": 3306, "rdp": 3389, "svn": 3690, "postgresql": 5432,
    "amqp": 5672, "x11": 6000, "redis": 6379, "http-alt": 8080, "git": 9418,
}  # fmt: skip


def convert(text: str, type: str, kind: str) -> Constant:
    """The constant that `text` writes, for a field of this type and kind."""
    return CONVERSIONS[kind](text, type)


def to_bytes(text: str, type: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def to_signed(text: str, type: str) -> int:
    if not NUMBER.fullmatch(text):
        raise ValueError(f"'{text}' is not a number{_digits_hint(text)}")
    bits = WIDTHS.get(type, 64)
    value = int(text[:400]) & ((1 << bits) - 1)
    return value - (1 << bits) if value >> (bits - 1) else value


def to_unsigned(text: str, type: str) -> int:
    if not POSITIVE.fullmatch(text):
        raise ValueError(f"'{text}' is not a number from 0{_digits_hint(text)}")
    return int(text[:400]) & ((1 << WIDTHS.get(type, 64)) - 1)


def _digits_hint(text: str) -> str:
    return "" if not re.match(r"[+-]?[0-9]", text) else ": decimal digits only"


def to_bool(text: str, type: str) -> int:
    if text not in {"true", "false"}:
        raise ValueError(f"'{text}' is neither 'true' nor 'false'")
    return int(text == "true")


def to_port(text: str, type: str) -> int:
    """A number, taken modulo 65536, or the name of a service; an empty text is 0."""
    if not text:
        return 0
    if POSITIVE.fullmatch(text):
        return int(text[:400]) & 0xFFFF
    if text in SERVICES:
        return SERVICES[text]
    from socket import getservbyname  # few conditions name a service or an address; not worth its time at every start

    try:
        return getservbyname(text)
    except (OSError, UnicodeError, ValueError):
        raise ValueError(f"'{text}' is neither a port nor a service") from None


def to_ip(text: str, type: str) -> bytes:
    if IPV4.fullmatch(text):
        return bytes(map(int, text.split(".")))
    from socket import AF_INET, AF_INET6, inet_pton  # as above

    family, name = (AF_INET, "IPv4") if "." in text else (AF_INET6, "IPv6")
    try:
        return inet_pton(family, text)
    except (OSError, UnicodeError, ValueError):
        raise ValueError(f"'{text}' is not an {name} address") from None


def to_net(text: str, type: str) -> tuple[bytes, int]:
    """Address and prefix length; an IPv6 address alone is a network of one."""
    address, slash, prefix = text.partition("/")
    try:
        base = to_ip(address, type)
    except ValueError:
        raise ValueError(f"'{text}' is not a network") from None
    bits = len(base) * 8
    if not slash and bits == 128:
        return base, bits
    if not slash:
        raise ValueError(f"'{text}' is not a network: it lacks the length, as in {text}/32")
    if not re.fullmatch(r"[0-9]{1,3}", prefix) or int(prefix) > bits:
        raise ValueError(f"'{text}' is not a network: the length is a number from 0 to {bits}")
    shift = bits - int(prefix)
    return (int.from_bytes(base, "big") >> shift << shift).to_bytes(len(base), "big"), int(prefix)


def hex_bytes(text: str) -> bytes:
    """The bytes that pairs of hexadecimal digits write."""
    if not re.fullmatch(r"(?:[0-9a-fA-F]{2})*", text):
        raise ValueError(f"'{text}' is not a row of pairs of hexadecimal digits")
    return bytes.fromhex(text)


CONVERSIONS: dict[str, Callable[[str, str], Constant]] = {
    "text": to_bytes, "buffer": to_bytes, "signed": to_signed, "unsigned": to_unsigned, "bool": to_bool, "port": to_port, "ip": to_ip, "net": to_net,
    "double": to_signed,
}  # fmt: skip
