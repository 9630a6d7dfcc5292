"""Enter events for exits that come without one."""

from libc.stdint cimport int64_t, uint32_t, uint64_t

from firmer.event cimport Event


cdef class Enters:
    """Makes the enter event that sysdig 0.29.3 needs before an exit to find its descriptor and to show its arguments."""
    cdef readonly uint64_t added            # enter events made
    cdef readonly uint64_t left             # that would have been larger than an event may be
    cdef dict entered                       # tid -> type of the enter event that stands without its exit so far
    cdef bytearray block                    # the one that `make` made last
    cdef Py_ssize_t make(self, Event event, uint32_t flags) except -1      # its size; 0: the event needs none
    cdef int saw(self, int kind, int64_t tid) except -1                    # an event was written


cdef bint reads_past(Event event) noexcept
