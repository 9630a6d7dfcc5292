"""Printing a line an event."""

from libc.stdint cimport uint64_t

from firmer.events.render cimport Text
from firmer.fields.format cimport Format
from firmer.filter.program cimport Condition
from firmer.state.consumer cimport Consumer


cdef class Printer(Consumer):
    """Prints the events that pass the filter, by a format."""
    cdef Format format
    cdef Condition condition            # None: every event passes
    cdef object out                     # binary stream
    cdef Text text
    cdef uint64_t limit                 # stop after so many events that pass; 0: no limit
    cdef bint quiet
    cdef bint leading                   # still at the container events that stand at the head of a capture
    cdef readonly uint64_t passed
    cdef int flush(self) except -1
