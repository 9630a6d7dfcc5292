"""What firmer's probe tells beyond the event table, in a form that other readers accept."""

from libc.stdint cimport uint32_t

from firmer.event cimport Event


cdef class Additions:
    """Takes off an event what other readers stumble over, and makes the notice that tells it."""
    cdef bytearray block          # of the last event that was trimmed
    cdef bint for_sysdig
    cdef bint told                # the section's readers know that its files have the kernel's names
    cdef bint has_code            # the event before was such a notice: it is being copied
    cdef bint any(self, Event event) except -1
    cdef Py_ssize_t trim(self, Event event) except -1
