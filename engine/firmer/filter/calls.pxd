"""Slots of transformers."""

from firmer.fields.slot cimport Slot


cdef class CallSlot(Slot):
    """The value of a transformer call: a slot like a field's, computed from other slots."""
    cdef tuple parts                        # of its arguments: a Slot, bytes (a constant) or a tuple of parts (a row)
    cdef object call                        # tree.Operand


cdef Slot new_call(object call, tuple parts)
