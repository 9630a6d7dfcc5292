"""The last events before the current one, kept in memory so that the state at any of them can be told.

A segment begins with the state as of its first event and goes on with the events' blocks as they came: a rotated capture in memory. What
the state did not change since the segment before is shared with that, so a segment costs what happens, not what there is. To tell the state at an event in the ring, a second state, the follower, is brought up to it: from the segment in which the event lies, or
from where it was brought to last time. So the main state is never stopped or copied for a window, and no event is gone through twice.
"""

from collections import deque

from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memcpy

from firmer.capture.reader cimport Reader
from firmer.event cimport Event
from firmer.events.source cimport STEP_END, STEP_EVENT
from firmer.state.moment cimport Moment, resume, take_moment
from firmer.state.state cimport State

from firmer.capture.state_blocks import state_blocks
from firmer.events.section import Section

cdef uint64_t ENDLESS = 1 << 63
cdef uint64_t NO_TIME = <uint64_t>-1    # of events that early sysdig put at the head of captures


class Blocks:
    """Event blocks in memory as the content of a reader, behind an empty section header."""

    followed = False
    size = None
    header = b"".join(state_blocks(Section(), [], "short", {}))

    def __init__(self, blocks) -> None:
        self.notes = {}
        self.position = 0
        self.pieces = [memoryview(self.header), memoryview(blocks)]

    def read(self, n: int) -> bytes:
        while self.pieces and not self.pieces[0]:
            del self.pieces[0]
        if not self.pieces:
            return b""
        piece = bytes(self.pieces[0][:n])
        self.pieces[0] = self.pieces[0][n:]
        self.position += len(piece)
        return piece

    def stop(self) -> None:
        """It ends where it ends."""

    def close(self) -> None:
        self.pieces.clear()


cdef class Reach:
    def __init__(self, window) -> None:
        self.counted = window.events is not None
        self.far = min(window.events if self.counted else window.ns, ENDLESS)

    cdef bint back_to(self, Event event, uint64_t num, uint64_t ts) noexcept:
        """Whether the window before the event holds the one of this number and time."""
        if num >= event.num:
            return num == event.num
        if self.counted:
            return event.num - num <= self.far
        return ts != NO_TIME and (ts >= event.ts or event.ts - ts <= self.far)

    cdef uint64_t end_of(self, Event event) noexcept:
        """Last number or time of the window behind the event."""
        cdef uint64_t begin = event.num if self.counted else event.ts
        return begin + self.far if begin < ENDLESS and self.far < ENDLESS else NO_TIME

    cdef bint past(self, Event event, uint64_t end) noexcept:
        return (event.num if self.counted else event.ts) > end


cdef class Segment:
    def __init__(self, Moment moment, uint64_t first_num, bytearray blocks) -> None:
        self.moment = moment
        self.first_num = first_num
        self.blocks = blocks

    cdef int add(self, Event event) except -1:
        cdef uint32_t size = event.block_size
        cdef char *at = <char *>self.blocks + self.used
        memcpy(at, event.block, size)
        memcpy(at + size - 4, &size, 4)     # the reader lets another length pass at the end, not all readers do
        self.used += size
        self.events += 1
        if event.ts > self.last_ts and event.ts != NO_TIME:
            self.last_ts = event.ts
        return 0


cdef class Walk:
    def __init__(self, Ring ring, Segment segment, Py_ssize_t at=0, uint64_t num=0) -> None:
        """From the event at `at`, of this number; without a number from the segment's first."""
        self.ring = ring
        self.segment = segment
        self.event = Event.__new__(Event)
        self.event.num = (num or segment.first_num) - 1
        self.end = at

    cdef bint next(self) except -1:
        """The next event; False after the ring's last."""
        cdef uint64_t num = self.event.num
        cdef int step
        cdef Segment following
        while True:
            if self.reader is None:
                if self.end == self.segment.used:
                    following = self.ring.after(self.segment)
                    if following is None:
                        return False
                    self.segment, self.end = following, 0
                self.reader = Reader("context", source=Blocks(memoryview(self.segment.blocks)[self.end:self.segment.used]))
            step = self.reader.next(self.event)
            if step == STEP_END:
                self.reader = None
            elif step == STEP_EVENT:
                self.at = self.end
                self.end += self.event.block_size
                self.event.num = num + 1
                return True


cdef class Ring:
    def __init__(self, segment_bytes: int, limit_bytes: int) -> None:
        self.segment_bytes = segment_bytes
        self.limit_bytes = limit_bytes
        self.segments = deque()

    cdef int clear(self) except -1:
        self.segments.clear()
        self.current = self.spare = None
        self.follower = self.follower_state = None
        self.held_bytes = 0
        self.lost_num = self.lost_ts = 0
        return 0

    cdef int keep(self, Event event, State state, Reach before) except -1:
        """Take the event in; the state has not seen it yet. Windows before later events reach back as far as `before`."""
        if self.current is None or self.current.used + <Py_ssize_t>event.block_size > len(self.current.blocks):
            self.begin_segment(event, state, before)
        self.current.add(event)
        return 0

    cdef int begin_segment(self, Event event, State state, Reach before) except -1:
        cdef Moment moment = take_moment(state, None if self.current is None else self.current.moment)
        # looking for what changed takes a while where there are thousands of threads: beside longer segments it stays small
        cdef Py_ssize_t size = max(self.segment_bytes, min(moment.own_bytes, self.limit_bytes // 4), event.block_size)
        if self.current is not None:
            self.held_bytes += self.current.moment.left_bytes
        self.forget(event, before, size + moment.own_bytes)
        if self.spare is None or not size <= len(self.spare) <= 2 * size:
            self.spare = bytearray(size)
        self.current = Segment(moment, event.num, self.spare)
        self.spare = None
        self.segments.append(self.current)
        self.held_bytes += len(self.current.blocks)
        return 0

    cdef int forget(self, Event event, Reach before, Py_ssize_t needed) except -1:
        """Let the oldest segments go which no window before this event reaches, or for which there is no room beside what is needed."""
        cdef Segment oldest
        while self.segments:
            oldest = self.segments[0]
            if before.back_to(event, oldest.first_num + oldest.events - 1, oldest.last_ts):
                if self.held_bytes + needed <= self.limit_bytes:
                    break
                self.lost_num, self.lost_ts = oldest.first_num + oldest.events - 1, oldest.last_ts
            self.segments.popleft()
            self.held_bytes -= len(oldest.blocks) + oldest.moment.left_bytes
            self.spare = oldest.blocks
            if self.follower is not None and self.follower.segment is oldest:
                self.follower = self.follower_state = None
        return 0

    cdef Segment after(self, Segment segment):
        """The segment behind this one, None behind the last."""
        cdef Segment other
        for other in self.segments:
            if other.first_num > segment.first_num:
                return other
        return None

    cdef Walk window(self, Event event, Reach before):
        """A walk that stands at the first event of the window before the event, with `follower_state` as of there.

        The event must be the last that was kept. Its own place is the end of the walk.
        """
        cdef Segment segment
        cdef Walk walk
        for segment in self.segments:
            if before.back_to(event, segment.first_num + segment.events - 1, segment.last_ts):
                break
        walk = self.follow(segment)
        while not before.back_to(event, walk.event.num, walk.event.ts):
            if self.follower_state.begin(walk.event):
                self.follower_state.apply(walk.event)
            walk.next()
        return walk

    cdef Walk bring_to(self, uint64_t num):
        """The follower, brought up to the event of this number; that is in the ring, and the follower not beyond it."""
        cdef Segment segment
        cdef Walk walk
        for segment in self.segments:
            if num < segment.first_num + segment.events:
                break
        walk = self.follow(segment)
        while walk.event.num < num:
            if self.follower_state.begin(walk.event):
                self.follower_state.apply(walk.event)
            walk.next()
        return walk

    cdef Walk follow(self, Segment segment):
        """The follower, in this segment or beyond it."""
        cdef Walk walk = self.follower
        if walk is not None and walk.segment.first_num >= segment.first_num:
            return walk
        self.follower_state = State("falco")
        self.follower_state.keep_all_enters = True
        resume(self.follower_state, segment.moment)
        self.follower = Walk(self, segment)
        self.follower.next()
        return self.follower

    cdef bint cut_short(self, Event event, Reach before) noexcept:
        """Whether the memory limit took events of the window before this one."""
        return self.lost_num > 0 and before.back_to(event, self.lost_num, self.lost_ts)

    cdef bint holds(self, Segment segment):
        cdef Segment oldest = self.segments[0]
        return segment.first_num >= oldest.first_num
