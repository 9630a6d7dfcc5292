"""Texts with `%field` places, compiled once."""

from firmer.event cimport Event
from firmer.events.render cimport Text
from firmer.state.state cimport State


cdef class Format:
    """A line made of literal texts and fields. `render` appends it to a Text; False when a field without a value forbids the line."""
    cdef readonly bint keeps_absent     # begins with `*`: an absent value prints <NA>
    cdef readonly tuple slots           # Slot, in order
    cdef tuple literals                 # bytes before each slot, and one more behind the last
    cdef tuple widths                   # characters of each slot, 0: as long as it is
    cdef bint escaping                  # what fields hold is escaped for a terminal
    cdef bint lines                     # ... but for the line ends that -A, -x and -X make
    cdef bint render(self, Text out, Event event, State state) except -1
