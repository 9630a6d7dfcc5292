"""The last events before the current one, kept in memory so that the state at any of them can be told."""

from libc.stdint cimport int64_t, uint64_t

from firmer.capture.reader cimport Reader
from firmer.event cimport Event
from firmer.state.moment cimport Moment
from firmer.state.state cimport State


cdef class Reach:
    """How far a window reaches from an event, in ns or in events; numbers so large that they would overflow mean without end."""
    cdef bint counted
    cdef uint64_t far
    cdef bint back_to(self, Event event, uint64_t num, uint64_t ts) noexcept
    cdef uint64_t end_of(self, Event event) noexcept
    cdef bint past(self, Event event, uint64_t end) noexcept


cdef class Segment:
    """The state as of its first event, and the event blocks from there on."""
    cdef Moment moment
    cdef bytearray blocks               # event blocks, back to back; `used` bytes of it; never resized
    cdef Py_ssize_t used
    cdef uint64_t first_num, events
    cdef uint64_t last_ts               # latest time in it
    cdef int add(self, Event event) except -1


cdef class Ring


cdef class Walk:
    """The events of the ring from a place on, as they were read."""
    cdef Ring ring
    cdef Segment segment
    cdef Event event                    # the one that `next` came to
    cdef Py_ssize_t at, end             # its block in the segment
    cdef Reader reader
    cdef bint next(self) except -1


cdef class Ring:
    """A rotated capture in memory: segments, the oldest of which go when nobody can ask for them or the memory limit is reached."""
    cdef object segments                # deque of Segment, oldest first
    cdef Segment current
    cdef Py_ssize_t segment_bytes, limit_bytes
    cdef Py_ssize_t held_bytes          # blocks, and what the moments take that later ones do not
    cdef bytearray spare                # of a segment that went: fresh memory costs more than the events
    cdef uint64_t lost_num, lost_ts     # last event that the memory limit took
    cdef Walk follower                  # stands before the event that `follower_state` was brought up to last
    cdef State follower_state
    cdef int clear(self) except -1
    cdef int keep(self, Event event, State state, Reach before) except -1
    cdef int begin_segment(self, Event event, State state, Reach before) except -1
    cdef int forget(self, Event event, Reach before, Py_ssize_t needed) except -1
    cdef Segment after(self, Segment segment)
    cdef Walk window(self, Event event, Reach before)
    cdef Walk bring_to(self, uint64_t num)
    cdef Walk follow(self, Segment segment)
    cdef bint cut_short(self, Event event, Reach before) noexcept
    cdef bint holds(self, Segment segment)
