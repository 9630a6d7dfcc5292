"""What the pipeline feeds: rule sets, printers, writers, later chisels and views."""

from firmer.event cimport Event
from firmer.state.state cimport State


cdef class Consumer:
    """Sees each event that it wants, after the state has been brought up to it.

    Event keys: today's event type, or EVENT_TYPES + system call code for a generic event (see `key_of`).
    """
    cdef const unsigned char[::1] wanted      # one byte an event key; empty: every event
    cdef int on_event(self, Event event, State state) except -1
