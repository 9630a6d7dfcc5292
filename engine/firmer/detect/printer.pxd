"""Printing a line an event."""

from libc.stdint cimport uint64_t

from firmer.event cimport EVENT_TYPES, Event
from firmer.events.render cimport Text
from firmer.events.table cimport SYSCALL_CODES
from firmer.fields.format cimport Format
from firmer.filter.program cimport Condition
from firmer.state.consumer cimport Consumer
from firmer.state.state cimport State


cdef class Printer(Consumer):
    """Prints the events that pass the filter, by a format."""
    cdef Format format
    cdef Condition condition            # None: every event passes
    cdef object out                     # binary stream
    cdef Text text
    cdef uint64_t limit                 # stop after so many events; 0: no limit
    cdef uint64_t span                  # ns of the capture's time after which to stop; 0: no limit
    cdef uint64_t stop_ts               # time that this is, once the first event is known
    cdef bint quiet, display, debug, counting, unbuffered
    cdef bint leading                   # still at the container events that stand at the head of a capture
    cdef readonly uint64_t passed
    cdef uint64_t types[EVENT_TYPES]                # events by type
    cdef uint64_t calls[2 * SYSCALL_CODES]          # generic events by system call, entry and exit
    cdef int count(self, Event event) except -1
    cdef int print_line(self, Event event, State state, bint keep) except -1
    cdef int flush(self) except -1
