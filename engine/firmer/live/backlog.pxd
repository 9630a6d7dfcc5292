"""Events that wait in memory of our own while the host is scanned."""

from libc.stdint cimport uint32_t, uint64_t

from firmer.event cimport Event


cdef class Backlog:
    """Event blocks in order, first in, first out, up to a limit."""
    cdef readonly uint64_t limit            # bytes
    cdef readonly uint64_t held             # bytes that wait
    cdef readonly uint64_t taken            # events so far
    cdef object chunks                      # deque of bytearrays that never change their size; the last is being filled
    cdef Py_ssize_t first_at                # in the first chunk: what comes next
    cdef Py_ssize_t last_used               # of the last chunk
    cdef object ends                        # deque: how much of each chunk but the last is used
    cdef bint add(self, const unsigned char *block, uint32_t size, bint hidden) except -1
    cdef Backlog from_here(self)
    cdef bint take(self, Event event) except -1
    cdef int clear(self) except -1
