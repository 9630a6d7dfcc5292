"""Lines as JSON objects."""

from firmer.event cimport Event
from firmer.events.render cimport Text
from firmer.fields.format cimport Format
from firmer.fields.slot cimport Slot
from firmer.state.state cimport State


cdef class JsonFormat(Format):
    """The fields of a format as one object a line, keys in the order of their bytes."""
    cdef tuple heads                    # `{"evt.cpu":`, `,"evt.dir":` ... before each slot
    cdef Text value
    cdef bint put_value(self, Slot slot, Text out, Event event, State state) except -1
    cdef bint put_number(self, Slot slot, Text out) except -1
