"""The wire form of protocol buffers, as far as questions to engines and their answers take it.

    decode(answer, {1: ("id", TEXT), 4: ("image", {1: ("image", TEXT)}), 8: ("labels", MAP)})  ->  {"id": "…", "image": {…}, "labels": {…}}

Fields that are not asked for are passed over, those that are not there are absent. Raises Malformed for what is no message.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MOST = 256  # of what is repeated; more is passed over
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
FIXED = {FIXED64: 8, FIXED32: 4}
LONGEST_VARINT = 10
TEXT, NUMBER, MAP = "text", "number", "map"
Kind = Any  # TEXT, NUMBER, MAP (of texts), a Shape, or Many of one of these
Shape = Mapping[int, tuple[str, Kind]]
ENTRY: Shape = {1: ("key", TEXT), 2: ("value", TEXT)}


class Malformed(ValueError):
    """No message of this shape."""


@dataclass(frozen=True, slots=True)
class Many:
    """A field that is repeated."""

    of: Kind


def decode(data: bytes, shape: Shape) -> dict[str, Any]:
    """Depth is that of the shape; what is kept is no larger than the message."""
    found: dict[str, Any] = {}
    for number, value in fields(data):
        if number not in shape:
            continue
        name, kind = shape[number]
        if kind is MAP:
            entries = found.setdefault(name, {})
            if len(entries) < MOST:
                entry = decode(as_bytes(value), ENTRY)
                entries[entry.get("key", "")] = entry.get("value", "")
        elif isinstance(kind, Many):
            listed = found.setdefault(name, [])
            if len(listed) < MOST:
                listed.append(one(value, kind.of))
        else:
            found[name] = one(value, kind)
    return found


def one(value: int | bytes, kind: Kind) -> Any:
    if kind is NUMBER:
        if not isinstance(value, int):
            raise Malformed("bytes for a number")
        return value - (1 << 64) if value >= 1 << 63 else value
    return as_bytes(value).decode("utf-8", "replace") if kind is TEXT else decode(as_bytes(value), kind)


def as_bytes(value: int | bytes) -> bytes:
    if not isinstance(value, bytes):
        raise Malformed("a number for bytes")
    return value


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """(number, value) of each field; numbers of fixed size come as bytes."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == VARINT:
            number, at = varint(data, at)
            yield key >> 3, number
            continue
        if kind == BYTES:
            size, at = varint(data, at)
        elif kind in FIXED:
            size = FIXED[kind]
        else:
            raise Malformed("a field of no known kind")
        if size > len(data) - at:
            raise Malformed("a field longer than its message")
        yield key >> 3, data[at : at + size]
        at += size


def varint(data: bytes, at: int) -> tuple[int, int]:
    """(value, where the next thing begins)."""
    value = 0
    for k, byte in enumerate(data[at : at + LONGEST_VARINT]):
        value |= (byte & 0x7F) << 7 * k
        if byte < 0x80:
            return value & (1 << 64) - 1, at + k + 1
    raise Malformed("a number without end")


def encode(told: Mapping[int, str | bytes | int]) -> bytes:
    """A message of texts, messages and numbers, by field number."""
    out = bytearray()
    for number, value in told.items():
        if isinstance(value, int):
            out += put(number << 3 | VARINT) + put(value)
        else:
            held = value.encode() if isinstance(value, str) else value
            out += put(number << 3 | BYTES) + put(len(held)) + held
    return bytes(out)


def put(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
