"""Writing the events that pass to a capture.

A capture that holds only what a filter let through does not explain itself: a `close` that was left out, an `execve` or a `clone`
change descriptors and names of what is there. So events that change the state are written as well, marked state-only (block flag bit 0):
sysdig and Falco take them into their state and show nothing. sysdig's own filtered captures lack them, unless made with -F.
"""

from libc.stdint cimport uint32_t

from firmer.capture.encode import state_only
from firmer.event cimport Event
from firmer.events.table cimport EF_MODIFIES_STATE, event_table, sysdig_table, SYSDIG_TYPES
from firmer.state.state cimport State


cdef class Recorder(Consumer):
    def __init__(self, writer, Condition condition=None, limit=0) -> None:
        self.writer = writer
        self.condition = condition
        self.limit = limit
        self.wanted = None

    cdef int on_section(self, section, State state) except -1:
        self.writer.section(section)
        return 0

    cdef int on_event(self, Event event, State state) except -1:
        cdef uint32_t flags = event_table[event.type].flags
        if event.type < SYSDIG_TYPES:
            flags |= sysdig_table[event.type].flags
        if self.condition is None or self.condition.holds(event, state):
            self.writer.event(event)
            self.passed += not event.flags & 1
        elif flags & EF_MODIFIES_STATE:
            self.writer.event_bytes(state_only(event.block_bytes))
        return self.limit and self.passed >= self.limit
