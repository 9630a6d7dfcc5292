"""What happened around an alert: dumps cut out of the ring and of what follows."""

from libc.stdint cimport uint64_t

from firmer.capture.writer cimport Writer
from firmer.detect.ring cimport Reach, Ring, Segment, Walk
from firmer.event cimport Event
from firmer.state.state cimport State


cdef class Context:
    """Keeps the last events before the current one, and writes dumps: before, the alert's event, after."""
    cdef readonly str folder
    cdef readonly list dumps                # paths written, in order
    cdef readonly uint64_t shortened        # dumps that the memory limit of the ring made begin late
    cdef readonly uint64_t cut              # dumps of the largest size, which another one continues
    cdef readonly uint64_t removed          # dumps that made room for later ones
    cdef readonly str failure               # why no more dumps are written; None: they are
    cdef Reach before, after
    cdef Ring ring
    cdef uint64_t largest_bytes, total_bytes
    cdef Writer writer                      # of the open dump; None without one
    cdef object file                        # what it writes to
    cdef str path
    cdef object rule, process               # whose alert opened it
    cdef public bint enters                 # dumps are to have enter events
    cdef uint64_t filled                    # bytes of events in the open dump
    cdef uint64_t end                       # last number or time of the open dump
    cdef bint paused                        # its window is over; the window of a further alert may still join
    cdef Segment gap_segment                # the first event that it does not hold, while it is paused
    cdef Py_ssize_t gap_at
    cdef uint64_t gap_num, gap_ts
    cdef int section(self) except -1
    cdef int keep(self, Event event, State state) except -1
    cdef int idle(self, uint64_t now) except -1
    cdef int proceed(self, Event event) except -1
    cdef int open(self, Event event, rule, process) except -1
    cdef int begin(self, Event event, Walk walk) except -1
    cdef int complete(self) except -1
    cdef int go_on(self, Event event) except -1
    cdef int copy(self, Walk walk) except -1
    cdef int put(self, Event event) except -1
    cdef int give_up(self, error) except -1
