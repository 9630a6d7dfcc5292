"""Outputs of rules, compiled."""

from firmer.event cimport Event
from firmer.events.render cimport Text
from firmer.filter.program cimport AtomTable
from firmer.state.state cimport State


cdef class Output:
    """The output of one rule: `render` gives its text and values for an event that matched."""
    cdef tuple literals                 # bytes before each slot, and one more behind the last
    cdef tuple slots                    # Slot of each place; None: never a value
    cdef tuple widths
    cdef tuple named                    # by place: whether it shows a name that the caller may have spelled another way
    cdef readonly tuple keys            # of output_fields, sorted
    cdef tuple values                   # what each key shows: a Slot, an Output (a text of its own), or None: the time
    cdef int render(self, Text out, Event event, State state) except -1
    cdef dict fields(self, Event event, State state)
    cpdef str text(self, Event event, State state)


cdef AtomTable output_table()
