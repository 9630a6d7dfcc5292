"""Atoms as the native program asks them."""

from firmer.event cimport Event
from firmer.fields.slot cimport Slot
from firmer.state.state cimport State


cdef class Question:
    """One atom, bound to its slot. `ask` answers for the current event: 1, 0, or -1 with an exception; `one` for a single value in a slot."""
    cdef readonly object atom               # tree.Atom
    cdef Slot slot
    cdef Slot scratch                       # holds one of several values at a time
    cdef bint every                         # of several values all must fit, not just one
    cdef bint empty                         # the answer for no values at all
    cdef int ask(self, Event event, State state) except -1
    cdef int one(self, Slot slot) except -1
    cdef int over(self) except -1


cdef object value_in(Slot slot)
cdef Question new_question(object atom, Slot slot, Slot right)
