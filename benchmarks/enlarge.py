"""A capture of millions of events out of a small one: its events again and again, each time later.

What stands before the first event is written once. Time goes on from copy to copy; processes exit and are cloned anew, which is
fine for measuring speed and for nothing else. The result is never compressed, so that inflating is no part of what is measured.
"""

import gzip
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

HEAD = struct.Struct("<II")  # block type and length
TIME = struct.Struct("<Q")
# Event blocks: where the event begins, from the block's start. Those with a word of flags have it between cpu and event.
EVENT_AT = {0x204: 10, 0x216: 10, 0x221: 10, 0x208: 14, 0x217: 14, 0x222: 14}
TYPE = struct.Struct("<H")
TYPE_AFTER_TIME = 20  # time, thread and length stand before it
SYSDIG_TYPES = 336
NO_TIMES = {0, 2**64 - 1}
PAUSE_NS = 10_000_000  # between two copies


@dataclass(frozen=True)
class Base:
    """A small capture, taken apart."""

    head: bytes  # all before the first event
    events: bytes
    stamps: tuple[int, ...]  # where in `events` a time stands that moves
    count: int  # of events
    strange: int  # events of types that sysdig 0.29.3 skips without counting them

    @property
    def span_ns(self) -> int:
        times = [TIME.unpack_from(self.events, at)[0] for at in self.stamps]
        return max(times) - min(times)


def read_base(path: Path) -> Base:
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    at, first, stamps, count, strange = 0, -1, [], 0, 0
    while at + 12 <= len(content):
        kind, size = HEAD.unpack_from(content, at)
        if size < 12 or at + size > len(content):
            break  # cut off; what came before counts
        if kind in EVENT_AT:
            first = at if first < 0 else first
            stamp = at + EVENT_AT[kind]
            if TIME.unpack_from(content, stamp)[0] not in NO_TIMES:
                stamps.append(stamp - first)
            count += 1
            strange += TYPE.unpack_from(content, stamp + TYPE_AFTER_TIME)[0] >= SYSDIG_TYPES
        at += size
    if first < 0:
        raise ValueError(f"{path}: no events")
    return Base(content[:first], content[first:at], tuple(stamps), count, strange)


def enlarge(base: Base, out: BinaryIO, events: int) -> int:
    """Write at least so many events; returns how many."""
    copies = -(-events // base.count)
    step = base.span_ns + PAUSE_NS
    times = [TIME.unpack_from(base.events, at)[0] for at in base.stamps]
    block = bytearray(base.events)
    out.write(base.head)
    for copy in range(copies):
        for at, time in zip(base.stamps, times, strict=True):
            TIME.pack_into(block, at, time + copy * step)
        out.write(block)
    return copies * base.count
