"""Rings, counters and a probe without a kernel: memory laid out as BPF lays it out, into which tests write what they like."""

import mmap
import os
import struct
import time

from scap import FIRST_TS

from firmer.capture.encode import encode_event

PAGE = mmap.PAGESIZE
BUSY, DISCARD = 1 << 31, 1 << 30
STAT_TYPES, STAT = 512, struct.Struct("<4Q")  # produced, dropped, big, unread


class FakeRing:
    """The kernel's side of one ring. The data is mapped twice in a real one; here both copies are written."""

    def __init__(self, size: int = PAGE, lane: str = "events", at: int = 0) -> None:
        self.size = size
        self.lane = lane
        self.fd = os.memfd_create(lane)
        os.ftruncate(self.fd, 2 * PAGE + 2 * size)
        self.memory = mmap.mmap(self.fd, 2 * PAGE + 2 * size)
        self.at = at
        self.publish(at)
        self.memory[:8] = struct.pack("<Q", at)

    @property
    def free(self) -> int:
        """Bytes that may be written."""
        return self.size - (self.at - self.consumed)

    @property
    def consumed(self) -> int:
        """How far the reader has given back."""
        return struct.unpack_from("<Q", self.memory, 0)[0]

    def publish(self, at: int) -> None:
        self.memory[PAGE : PAGE + 8] = struct.pack("<Q", at)

    def raw(self, data: bytes) -> int:
        """Bytes at the writer's position, which moves on; where they begin."""
        begin = self.at
        for k in range(0, len(data), self.size):
            piece = data[k : k + self.size]
            at = (self.at + k) % self.size
            for base in (2 * PAGE, 2 * PAGE + self.size):
                head = piece[: self.size - at]
                self.memory[base + at : base + at + len(head)] = head
                self.memory[base : base + len(piece) - len(head)] = piece[len(head) :]
        self.at += len(data)
        self.publish(self.at)
        return begin

    def record(self, block: bytes, flags: int = 0, length: int | None = None) -> int:
        """A record; `length` is what its header claims. Returns its position."""
        header = struct.pack("<II", (len(block) if length is None else length) | flags, 0)
        return self.raw(header + block + bytes(-len(block) % 8))

    def commit(self, position: int, length: int, flags: int = 0) -> None:
        """Change the header of a record, as the kernel does when it is written."""
        at = position % self.size
        for base in (2 * PAGE, 2 * PAGE + self.size):
            self.memory[base + at : base + at + 4] = struct.pack("<I", length | flags)

    def close(self) -> None:
        self.memory.close()
        os.close(self.fd)


class FakeProbe:
    """What LiveSource reads of a probe. `event` counts and writes; one that does not fit is counted as dropped."""

    cpus = 2

    def __init__(self, *rings: FakeRing) -> None:
        self.lanes = rings or (FakeRing(1 << 16), FakeRing(1 << 16, "life"))
        self.rings = self.lanes
        self.conf = mmap.mmap(-1, PAGE)
        self.stats = mmap.mmap(-1, self.cpus * STAT_TYPES * STAT.size)
        # events of tests have small times: the clock must be beyond them
        self.conf[:8] = struct.pack("<Q", FIRST_TS + 10**15 - time.clock_gettime_ns(time.CLOCK_BOOTTIME))
        self.stopped = self.closed = False
        self.absent: set[str] = set()

    def count(self, kind: int, cpu: int = 0, produced: int = 0, dropped: int = 0, big: int = 0) -> None:
        at = (cpu * STAT_TYPES + kind) * STAT.size
        old = STAT.unpack_from(self.stats, at)
        STAT.pack_into(self.stats, at, old[0] + produced, old[1] + dropped, old[2] + big, old[3])

    def event(self, kind: int, ts: int, tid: int = 1, params: tuple[bytes, ...] = (), lane: int = 0, cpu: int = 0) -> None:
        """ts: ns after scap.FIRST_TS."""
        block = encode_event(kind, FIRST_TS + ts, tid, params, cpu=cpu)
        fits = len(block) + 16 <= self.lanes[lane].free
        self.count(kind, cpu, produced=1, dropped=not fits)
        if fits:
            self.lanes[lane].record(block)

    def watch_nothing(self) -> None:
        self.stopped = True

    unwatched = unfollowed = 0

    def missed(self) -> int:
        return 0

    def close(self) -> None:
        self.closed = True
