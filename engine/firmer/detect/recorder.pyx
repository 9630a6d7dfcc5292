"""Writing the events that pass to captures, each of which explains itself.

A capture that holds only what a filter let through does not explain itself: a `close` that was left out, an `execve` or a `clone`
change descriptors and names of what is there. So events that change the state are written as well, marked state-only (block flag bit 0):
sysdig and Falco take them into their state and show nothing. An exit that passes brings its enter event along in the same way.
sysdig's own filtered captures lack both, unless made with -F.

A piece that does not begin where its source begins (rotation, a window) begins with the state as of its first event, and with the enter
events that wait for their exits, state-only: the pieces of a rotation, printed one after the other, print what the source prints.
"""

from cpython.exc cimport PyErr_CheckSignals
from libc.stdint cimport uint32_t

from firmer.capture.encode import state_only
from firmer.capture.reader cimport Reader
from firmer.event cimport Event
from firmer.events.source cimport STEP_END, STEP_SECTION
from firmer.events.table cimport EC_INTERNAL, EF_MODIFIES_STATE, SYSDIG_TYPES, event_table, sysdig_table
from firmer.state.state cimport State

from firmer.events.section import Section

cdef enum:
    CONTAINER_OLD = 228
    CONTAINER_JSON = 272
    CONTAINER_JSON_2 = 324
    NS_PER_S = 1_000_000_000
    BATCH = 1 << 15   # events between two looks at signals


cdef class Recorder(Consumer):
    def __init__(self, pieces, filtered=False, limit=0, seconds=0, windowed=False) -> None:
        """pieces     a rotation.Pieces, which opens the files
        filtered   `begin_capture` will bring a condition
        windowed   events do not come from the begin of a section on
        """
        self.pieces = pieces
        self.windowed = windowed
        self.limit = limit
        self.span = <uint64_t>seconds * NS_PER_S
        self.wanted = None
        self.size_bytes, self.seconds, self.events = pieces.rotation.size_bytes, pieces.rotation.seconds, pieces.rotation.events
        # with a filter, enter events may have to be written after all: the state must keep them
        self.early = pieces.rotates or windowed or filtered
        self.entered = {} if filtered else None

    @property
    def copies(self) -> bool:
        """Whether every event is written as it is, so that no state is needed."""
        return not self.early and not self.limit and not self.span

    def copy(self, Reader reader, on_progress) -> None:
        """All of a capture into the open file. Raises BadCapture at damage, with all before it written."""
        cdef Event event = Event.__new__(Event)
        cdef int count, step
        while not self.stopping:
            PyErr_CheckSignals()
            if on_progress is not None:
                on_progress()
            for count in range(BATCH):
                step = reader.next(event)
                if step == STEP_END:
                    return
                if step == STEP_SECTION:
                    self.section(reader.section)
                else:
                    self.writer.event(event)
                    self.recorded += 1

    def stop(self) -> None:
        """What is written so far is all: the next event ends the run."""
        self.stopping = True

    def begin_capture(self, Condition condition=None) -> None:
        """Another source: events are numbered anew, and `limit` counts anew, as in sysdig. The condition belongs to its state."""
        self.condition = condition
        self.passed = 0
        self.stop_ts = 0
        self.begun_num = 0
        if self.entered is not None:
            self.entered.clear()

    def finish(self) -> None:
        """Complete the open piece. A run without events leaves a capture without events."""
        if self.writer is None:
            self.section(Section())
        self.pieces.close(self.writer, self.recorded == self.begun_recorded)

    def section(self, section) -> None:
        if self.writer is None:
            self.writer = self.pieces.open(0)
        self.writer.section(section)

    cdef int on_section(self, section, State state) except -1:
        self.leading = True
        self.untold = self.windowed or (self.writer is None and self.pieces.dated)
        if not self.untold:
            self.section(section)
        return 0

    # -- rotation ------------------------------------------------------------------------------------------------------
    cdef int before(self, Event event, State state) except -1:
        if self.writer is None or self.due(event):
            self.begin_piece(event, state)
        elif self.untold:
            self.write_state(event, state)
        return 0

    cdef bint due(self, Event event) noexcept:
        """Whether this event belongs into another piece.

        As in sysdig the event that reaches a limit is the first of the next piece, so that by number the first piece has one less. A
        piece in which nothing passed yet goes on: what the filter hides opens no piece.
        """
        if self.events and (self.recorded + 1) % self.events == 0:
            return self.recorded != self.begun_recorded or self.recorded == 0 and self.begun_num == 0
        if self.recorded == self.begun_recorded:
            return False
        if self.seconds and self.begun_s and event.ts // NS_PER_S >= self.begun_s + self.seconds and event.ts != <uint64_t>-1:
            return True
        return self.size_bytes and self.writer.reached() > self.size_bytes

    cdef int begin_piece(self, Event event, State state) except -1:
        if self.writer is not None:
            self.pieces.close(self.writer, False)
        self.writer = self.pieces.open(event.ts)
        self.begun_recorded = self.recorded
        self.begun_s = 0
        return self.write_state(event, state)

    cdef int write_state(self, Event event, State state) except -1:
        """What a reader must know to understand this event and those behind it."""
        self.untold = False
        self.begun_num = event.num
        self.writer.section(state.snapshot(), event.ts)
        for block in state.pending_enters():
            self.writer.event_bytes(state_only(block))
        return 0

    # -- per event -----------------------------------------------------------------------------------------------------
    cdef int on_event(self, Event event, State state) except -1:
        cdef uint32_t flags = event_table[event.type].flags
        cdef bint hidden, shown
        if event.type < SYSDIG_TYPES:
            flags |= sysdig_table[event.type].flags
        self.leading = self.leading and is_container(event.type)
        hidden = event.flags & 1 or state.hidden or self.leading
        shown = not hidden and (self.condition is None or self.condition.holds(event, state))
        if shown and self.span:
            if self.stop_ts == 0:
                self.stop_ts = event.ts + self.span
            elif event.ts >= self.stop_ts:
                return 1
        self.passed += shown
        if shown or self.condition is None or is_internal(event.type) or (hidden and not event.flags & 1):
            self.write_enter(event)
            self.writer.event(event)
            if shown or (event.type < SYSDIG_TYPES and not self.leading):  # what sysdig does not know, it does not count
                if self.begun_s == 0 and event.ts != <uint64_t>-1:
                    self.begun_s = event.ts // NS_PER_S
                self.recorded += 1
        elif flags & EF_MODIFIES_STATE:
            self.write_enter(event)
            self.writer.unseen(event)
        return self.stopping or (self.limit and self.passed >= self.limit)

    cdef int on_idle(self, uint64_t now) except -1:
        return self.stopping or (self.stop_ts and now >= self.stop_ts)

    cdef int write_enter(self, Event event) except -1:
        """The enter event that belongs to an exit, unless it was written; and what is an enter event itself is noted as written."""
        if self.entered is None:
            return 0
        if event.type & 1 == 0:
            self.entered[event.tid] = event.num
        elif event.enter is not None and event.enter.num >= self.begun_num and self.entered.pop(event.tid, None) != event.enter.num:
            self.writer.event_bytes(state_only(event.enter.block_bytes))
        return 0


cdef inline bint is_container(int kind) noexcept:
    return kind == CONTAINER_OLD or kind == CONTAINER_JSON or kind == CONTAINER_JSON_2


cdef inline bint is_internal(int kind) noexcept:
    """Notices of the capturing side itself, drops above all: no filter may lose them."""
    return (sysdig_table[kind].category if kind < SYSDIG_TYPES else event_table[kind].category) == EC_INTERNAL
