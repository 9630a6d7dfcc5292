"""What firmer's probe tells beyond the event table, in a form that other readers accept."""

from libc.stdint cimport uint32_t

from firmer.event cimport Event


cdef class Additions:
    """Takes the additional parameter off an event, and makes the notice that tells it."""
    cdef bytearray block          # of the last event that was trimmed
    cdef bint told                # the section's readers know that its files have the kernel's names
    cdef Py_ssize_t trim(self, Event event) except -1


cdef bint has_addition(Event event) noexcept
