"""Constants as sysdig reads them, which is in some places as C does: blanks before numbers, saturation, texts that end at a zero byte.

`convert` raises ValueError with sysdig's words.
"""

import re
from collections.abc import Callable

from firmer.filter.tree import Constant

WIDTHS = {"INT8": 8, "INT16": 16, "INT32": 32, "UINT8": 8, "UINT16": 16, "UINT32": 32, "PORT": 16}
NUMBER = re.compile(r"[ \t\n\v\f\r]*([+-]?)([0-9]+)", re.A)


def convert(text: str, type: str, kind: str) -> Constant:
    """The constant that `text` writes, for a field of this type and kind."""
    return CONVERSIONS[kind](text if kind == "buffer" else text.partition("\0")[0], type)


def to_bytes(text: str, type: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def number(text: str) -> tuple[bool, int]:
    """Whether a minus stands before it, and the digits."""
    match = NUMBER.fullmatch(text)
    if match is None:
        raise ValueError(f"{text} is not a valid number")
    return match[1] == "-", int(match[2])


def to_signed(text: str, type: str) -> int:
    minus, value = number(text)
    value = max(-value, -(1 << 63)) if minus else min(value, (1 << 63) - 1)
    bits = WIDTHS.get(type, 64)
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def to_unsigned(text: str, type: str) -> int:
    """-1 is the largest number, as it is for the user ids of threads that are not known."""
    minus, value = number(text)
    value = (1 << 64) - 1 if value >> 64 else -value if minus else value
    return value & ((1 << WIDTHS.get(type, 64)) - 1)


def to_bool(text: str, type: str) -> int:
    if text not in {"true", "false"}:
        raise ValueError(f"filter error: unrecognized boolean value {text}")
    return int(text == "true")


def to_port(text: str, type: str) -> int:
    if not text:
        return 0
    if text.isascii() and text.isdigit():
        return int(text) & 0xFFFF
    from firmer.filter.constants import to_port as by_name

    try:
        return by_name(text, type)
    except ValueError:
        raise ValueError(f"unrecognized protocol {text}") from None


def to_ip(text: str, type: str) -> bytes:
    from socket import AF_INET, AF_INET6, inet_pton

    family, name = (AF_INET, "IPv4") if "." in text else (AF_INET6, "IPv6")
    try:
        return inet_pton(family, text)
    except (OSError, UnicodeError, ValueError):
        raise ValueError(f"unrecognized {name} address {text}") from None


def to_net(text: str, type: str) -> tuple[bytes, int]:
    """IPv4 with the length of its prefix; of an IPv6 address alone the first half counts."""
    if "." not in text:
        return to_ip(text, type)[:8] + bytes(8), 64
    address, slash, prefix = text.partition("/")
    if not slash:
        raise ValueError(f"unrecognized IP network {text}")
    try:
        base = to_ip(address, type)
    except ValueError:
        raise ValueError(f"unrecognized IP address {text}") from None
    minus, length = number(prefix)
    if length > 32 or (minus and length):
        raise ValueError(f"invalid netmask {'-' * minus}{length}")
    shift = 8 * len(base) - length
    return (int.from_bytes(base, "big") >> shift << shift).to_bytes(len(base), "big"), length


CONVERSIONS: dict[str, Callable[[str, str], Constant]] = {
    "text": to_bytes, "buffer": to_bytes, "signed": to_signed, "unsigned": to_unsigned, "bool": to_bool, "port": to_port, "ip": to_ip, "net": to_net,
    "double": to_signed,
}  # fmt: skip
