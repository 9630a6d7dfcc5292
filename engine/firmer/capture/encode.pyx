"""One event block from its values: what the scenario builder, the writer and the tests make events with."""

from struct import pack, unpack_from

from firmer.events.blocks cimport (
    EVENT_LARGE, EVENT_LARGE_FLAGS, EVENT_LIMIT, EVENT_V1, EVENT_V1_FLAGS, EVENT_V2, EVENT_V2_FLAGS, LARGE_LIMIT,
)
from firmer.event cimport EVENT_TYPES, MAX_PARAMS
from firmer.events.decode cimport HEADER_V1, HEADER_V2
from firmer.events.table cimport EF_LARGE_PAYLOAD, event_table


def block(unsigned int kind, body: bytes) -> bytes:
    """A block of this id around a body, padded to a multiple of 4."""
    body += bytes(-len(body) & 3)
    total = pack("<I", 12 + len(body))
    return pack("<I", kind) + total + body + total


def encode_event(type: int, ts: int, tid: int, params, cpu: int = 0, flags: int = 0, generation: int = 2) -> bytes:
    """The whole block of one event.

    type        event type below 454; its flag EF_LARGE_PAYLOAD decides between 16-bit and 32-bit parameter lengths
    params      values as stored, b"" for an absent one
    flags       of the block; not 0 takes the block form that has a flags word
    generation  2, or 1 for the form before August 2018, which has no parameter count

    Raises ValueError for what no reader would take: unknown types, values or blocks above their limits.
    """
    if not 0 <= type < EVENT_TYPES:
        raise ValueError(f"event type {type} is not in the table")
    if len(params) > MAX_PARAMS:
        raise ValueError(f"{len(params)} parameters, an event has at most {MAX_PARAMS}")
    if generation not in (1, 2):
        raise ValueError(f"generation {generation} of event blocks does not exist")
    large = generation == 2 and bool(event_table[<int>type].flags & EF_LARGE_PAYLOAD)
    width, limit = ("I", LARGE_LIMIT) if large else ("H", EVENT_LIMIT)
    longest = max(map(len, params), default=0)
    if not large and longest > 0xFFFF:
        raise ValueError(f"a parameter of {longest} bytes, this event type holds at most 65535")
    values = pack(f"<{len(params)}{width}", *map(len, params)) + b"".join(params)
    size = len(values) + (HEADER_V1 if generation == 1 else HEADER_V2)
    head = pack("<H", cpu) + (pack("<I", flags) if flags else b"") + pack("<QqIH", ts, tid, size, type)
    if generation == 2:
        head += pack("<I", len(params))
    made = block(_kind(large, generation, flags), head + values)
    if len(made) > limit:
        raise ValueError(f"an event block of {len(made)} bytes, this event type allows {limit}")
    return made


def _kind(large: bool, generation: int, flags: int) -> int:
    if generation == 1:
        return EVENT_V1_FLAGS if flags else EVENT_V1
    if large:
        return EVENT_LARGE_FLAGS if flags else EVENT_LARGE
    return EVENT_V2_FLAGS if flags else EVENT_V2


def state_only(whole: bytes) -> bytes:
    """An event block marked so that readers take it into their state and do not show it (bit 0 of the flags word)."""
    kind, = unpack_from("<I", whole)
    form = {EVENT_V1: EVENT_V1_FLAGS, EVENT_V2: EVENT_V2_FLAGS, EVENT_LARGE: EVENT_LARGE_FLAGS}.get(kind)
    if form is None:  # it has the word
        return whole[:10] + bytes([whole[10] | 1]) + whole[11:]
    return block(form, whole[8:10] + pack("<I", 1) + whole[10:-4])
