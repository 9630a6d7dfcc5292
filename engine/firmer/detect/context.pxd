"""What happened around an alert: a ring of segments in memory, and the dumps cut out of it."""

from libc.stdint cimport int64_t, uint64_t

from firmer.capture.writer cimport Writer
from firmer.event cimport Event
from firmer.state.state cimport State


cdef class Segment:
    """The state as of its first event, and the event blocks from there on."""
    cdef object section                 # events.section.Section
    cdef list enters                    # blocks of the enter events that threads had pending
    cdef bytearray data                 # event blocks, back to back; `used` bytes of it
    cdef Py_ssize_t used
    cdef uint64_t first_num, events
    cdef uint64_t last_ts
    cdef int add(self, Event event) except -1


cdef class Context:
    """Keeps the last events before the current one, and writes dumps: before, the alert's event, after."""
    cdef readonly str folder
    cdef readonly object before, after              # Window
    cdef readonly list dumps                        # paths written, in order
    cdef readonly uint64_t shortened                # dumps whose time before was cut by the memory limit
    cdef object segments                            # deque of Segment, oldest first
    cdef Segment current
    cdef Py_ssize_t segment_bytes, limit_bytes, held_bytes
    cdef Writer writer                              # of the open dump; None
    cdef str path
    cdef uint64_t written                           # events in the open dump, as sysdig numbers them
    cdef uint64_t end_num, end_ts                   # last event of the open dump
    cdef uint64_t lost_num, lost_ts                 # last event that the memory limit took from the ring
    cdef int section(self, State state) except -1
    cdef int keep(self, Event event, State state) except -1
    cdef bint past_end(self, Event event) noexcept
    cdef int begin_segment(self, Event event, State state) except -1
    cdef bint superfluous(self, Event event) except -1
    cdef int open(self, Event event, rule, process) except -1
    cdef int write_state(self, State state) except -1
    cdef bint in_window(self, Event old, uint64_t num, Event event) except -1
    cdef Segment first_segment(self, Event event)
    cdef bint cut_off(self, Event event) except -1
