"""A slot's value as it is printed, and as JSON holds it. The slot must have been loaded and be present."""

from firmer.events.render cimport Text
from firmer.fields.slot cimport Slot

cdef int append_text(Slot slot, Text out) except -1
cdef object python_value(Slot slot)
