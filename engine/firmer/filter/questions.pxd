"""From an atom to its question."""

from firmer.fields.slot cimport Slot
from firmer.filter.question cimport Question

cdef Question new_question(object atom, Slot slot, Slot right)
