"""The stretch of a capture that is asked for."""

from libc.stdint cimport uint64_t

from firmer.event cimport Event

cdef enum Place:
    BEFORE = 0
    INSIDE = 1
    BEHIND = 2          # not inside, but later events may be
    OVER = 3            # no later event is inside


cdef class Stretch:
    """From an event or a time to another, both included; relative times count from the first event that has a time."""
    cdef readonly object begin, end             # Point or None
    cdef uint64_t first_ts, last_ts, first_num, last_num
    cdef uint64_t origin                        # time of the first event; 0: not seen yet
    cdef bint begun
    cdef int set_origin(self, uint64_t ts) except -1
    cdef int place(self, Event event, uint64_t num) except -1
