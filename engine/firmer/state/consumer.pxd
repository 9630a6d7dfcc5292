"""What the pipeline feeds: rule sets, printers, writers, later chisels and views."""

from libc.stdint cimport uint64_t

from firmer.event cimport Event
from firmer.state.state cimport State


cdef class Consumer:
    """Sees each event that it wants, after the state has been brought up to it; at the begin of a section, what stands before its events.

    `wanted` has one byte an event key (`event_key` in event.pxd), EVENT_KEYS in all; None: every event. It is asked for once, at the start.
    A byte is 0, 1, or NAMED (events.table) where a condition names the type: some events come only then.
    """
    cdef readonly bytes wanted
    cdef readonly bint early                # asks for `before`; the state then knows all pending enter events
    cdef int on_section(self, section, State state) except -1
    cdef int before(self, Event event, State state) except -1       # every event, while the state does not know it yet
    cdef int on_event(self, Event event, State state) except -1     # 1: this consumer has seen enough, the pipeline stops
    cdef int on_idle(self, uint64_t now) except -1                  # nothing comes, and it is `now` (ns since the epoch); 1 as above
