"""What happened around an alert: a ring of segments in memory, and the dumps cut out of it.

The ring is a rotated capture in memory. A segment begins with the state as of its first event (the very blocks that a capture begins
with) and goes on with the events' blocks as they came. A dump takes the segment in which the window begins, brings a state of its own
up to the window's first event, writes that state, then the events up to the alert and those that follow until the window ends. So
every dump is self-contained, and the main state is never stopped or copied for one.

Memory: `limit_bytes` of blocks at most; when a window reaches back further than the ring does, the dump is shorter and counted.
"""

import re
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from libc.stdint cimport uint64_t
from libc.string cimport memcpy

from firmer.capture.reader cimport STEP_END, STEP_EVENT, Reader
from firmer.capture.writer cimport Writer
from firmer.event cimport Event
from firmer.state.state cimport State

from firmer.capture.state_blocks import state_blocks
from firmer.events.section import Section

DEFAULT_SEGMENT_BYTES = 4 << 20
DEFAULT_LIMIT_BYTES = 48 << 20
LONGEST_NAME = 40  # characters of a rule or process in a file name


class Memory:
    """A segment's blocks as content for a reader, behind an empty section header."""

    followed = False
    size = None

    def __init__(self, blocks) -> None:
        self.notes = {}
        self.position = 0
        self._pieces = [memoryview(b"".join(state_blocks(Section(), "short", {}))), blocks]

    def read(self, n: int) -> bytes:
        while self._pieces and not self._pieces[0]:
            del self._pieces[0]
        if not self._pieces:
            return b""
        piece = self._pieces[0]
        self._pieces[0] = piece[n:]
        self.position += len(piece[:n])
        return bytes(piece[:n])

    def stop(self) -> None:
        """It ends where it ends."""

    def close(self) -> None:
        self._pieces.clear()


@dataclass(frozen=True, slots=True)
class Window:
    """How far a dump reaches to one side of the alert: a time in ns, or a number of events."""

    ns: int = 0
    events: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Window":
        """`30s`, `500ms`, `2m`, `1h`, or a plain number of events. Raises ValueError."""
        match = re.fullmatch(r"(\d+)(ms|s|m|h)?", text.strip())
        if match is None:
            raise ValueError(f"'{text}' is neither a time such as 30s, 500ms, 2m, nor a number of events")
        number, unit = int(match[1]), match[2]
        if unit is None:
            return cls(events=number)
        return cls(ns=number * {"ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}[unit])


cdef class Segment:
    def __init__(self, section, list enters, uint64_t first_num, Py_ssize_t size) -> None:
        self.section = section
        self.enters = enters
        self.first_num = first_num
        self.data = bytearray(size)

    cdef int add(self, Event event) except -1:
        cdef Py_ssize_t needed = self.used + event.block_size
        if needed > len(self.data):
            self.data.extend(bytes(max(needed - len(self.data), len(self.data) >> 1)))
        memcpy(<char *>self.data + self.used, event.block, event.block_size)
        self.used = needed
        self.events += 1
        if event.ts > self.last_ts and event.ts != <uint64_t>-1:
            self.last_ts = event.ts
        return 0


cdef class Context:
    def __init__(self, folder, before, after, segment_bytes=DEFAULT_SEGMENT_BYTES, limit_bytes=DEFAULT_LIMIT_BYTES) -> None:
        self.folder = str(folder)
        self.before = before
        self.after = after
        self.segment_bytes = segment_bytes
        self.limit_bytes = limit_bytes
        self.segments = deque()
        self.dumps = []
        Path(self.folder).mkdir(parents=True, exist_ok=True)

    # -- per event -----------------------------------------------------------------------------------------------------
    cdef int section(self, State state) except -1:
        """A section began: nothing before it belongs to what follows."""
        self.finish()
        self.segments.clear()
        self.current = None
        self.held_bytes = 0
        return 0

    cdef int keep(self, Event event, State state) except -1:
        """Take the event into the ring, and into the open dump while its window lasts. Called before the state sees the event."""
        if self.current is None or self.current.used >= self.segment_bytes:
            self.begin_segment(event, state)
        self.current.add(event)
        self.held_bytes += event.block_size
        if self.writer is not None:
            if self.past_end(event):
                self.finish()
            else:
                self.writer.event(event)
                self.written += 1
        return 0

    cdef bint past_end(self, Event event) noexcept:
        if self.end_num:
            return event.num > self.end_num
        return event.ts > self.end_ts

    cdef int begin_segment(self, Event event, State state) except -1:
        self.current = Segment(state.snapshot(), state.pending_enters(), event.num, self.segment_bytes + (1 << 16))
        self.segments.append(self.current)
        cdef Segment gone
        while len(self.segments) > 1 and (self.held_bytes > self.limit_bytes or self.superfluous(event)):
            if not self.superfluous(event):
                gone = self.segments[0]
                self.lost_num, self.lost_ts = gone.first_num + gone.events - 1, gone.last_ts
            gone = self.segments.popleft()
            self.held_bytes -= gone.used
        return 0

    cdef bint superfluous(self, Event event) except -1:
        """Whether the window of any later alert begins behind the oldest segment."""
        cdef Segment oldest = self.segments[0]
        if self.before.events is not None:
            return oldest.first_num + oldest.events + <uint64_t>self.before.events < event.num
        return oldest.last_ts + <uint64_t>self.before.ns < event.ts

    # -- per alert -----------------------------------------------------------------------------------------------------
    def alert(self, Event event, rule: str, process: bytes) -> tuple[str, int]:
        """Path of the dump that this event's alert is in, and the event's number in it (as sysdig counts).

        Opens a dump, or makes the open one last longer. The event must be the one that `keep` took last.
        """
        if self.writer is None:
            self.open(event, rule, process)
        if self.after.events is not None:
            self.end_num = max(self.end_num, event.num + <uint64_t>self.after.events)
        else:
            self.end_ts = max(self.end_ts, event.ts + <uint64_t>self.after.ns)
        return self.path, self.written

    def finish(self) -> None:
        """Close the open dump, if any."""
        if self.writer is not None:
            self.writer.close()
            self.writer = None
            self.end_num = self.end_ts = 0

    cdef int open(self, Event event, rule, process) except -1:
        cdef Event old = Event.__new__(Event)
        cdef Segment segment = self.first_segment(event)
        cdef State state = State("falco")
        cdef Segment other
        cdef Reader reader
        cdef int step
        cdef bint inside = False
        self.path, file = create(self.folder, event.ts, rule, process)
        self.dumps.append(self.path)
        self.writer = Writer(file, own=True)
        self.written = 0
        state.keep_all_enters = True
        state.load(segment.section)
        for enter in Reader(self.path, source=Memory(b"".join(segment.enters))).events_iter():
            state.process(enter)
        for other in list(self.segments)[self.segments.index(segment):]:
            reader = Reader(self.path, source=Memory(memoryview(other.data)[:other.used]))
            while True:
                step = reader.next(old)
                if step == STEP_END:
                    break
                if step != STEP_EVENT:
                    continue
                if not inside and self.in_window(old, other.first_num + reader.events - 1, event):
                    inside = True
                    self.write_state(state)
                if inside:
                    self.writer.event(old)
                    self.written += 1
                else:
                    old.num = other.first_num + reader.events - 1
                    state.process(old)
        return 0

    cdef int write_state(self, State state) except -1:
        section = state.snapshot()
        self.writer.section(section)
        self.written = len(section.containers)
        for block in state.pending_enters():
            self.writer.event_bytes(block)
            self.written += 1
        return 0

    cdef bint in_window(self, Event old, uint64_t num, Event event) except -1:
        if num == event.num:
            return True
        if self.before.events is not None:
            return num + <uint64_t>self.before.events >= event.num
        return old.ts + <uint64_t>self.before.ns >= event.ts

    cdef Segment first_segment(self, Event event):
        """The oldest segment that holds an event of the window."""
        cdef Segment segment
        reach = False
        for segment in self.segments:
            if self.before.events is not None:
                reach = segment.first_num + segment.events - 1 + <uint64_t>self.before.events >= event.num
            else:
                reach = segment.last_ts + <uint64_t>self.before.ns >= event.ts
            if reach:
                break
        if self.cut_off(event):
            self.shortened += 1
        return segment

    cdef bint cut_off(self, Event event) except -1:
        """Whether the memory limit took events that the window asks for."""
        if self.before.events is not None:
            return self.lost_num + <uint64_t>self.before.events >= event.num and self.lost_num > 0
        return self.lost_ts + <uint64_t>self.before.ns >= event.ts and self.lost_ts > 0


def create(folder: str, ts: int, rule: str, process: bytes):
    """(path, open file) of a new dump named by time (UTC), rule and process. Never overwrites: a number is added."""
    when = datetime.fromtimestamp(ts // 10**9 if ts < 1 << 63 else 0, timezone.utc).strftime("%Y-%m-%dT%H-%M-%S")
    stem = f"{when}.{ts % 10**9:09d}_{plain(rule)}_{plain(process.decode('utf-8', 'replace'))}"
    for attempt in range(1, 10_000):
        path = Path(folder, stem + (f"-{attempt}" if attempt > 1 else "") + ".scap")
        try:
            return str(path), open(path, "xb")
        except FileExistsError:
            continue
    raise FileExistsError(f"{folder}: too many dumps named {stem}")


def plain(text: str) -> str:
    """A text that is safe as part of a file name: letters, digits, dot, dash, underscore."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.")[:LONGEST_NAME] or "unknown"
