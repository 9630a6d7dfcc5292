"""The container that an event is about."""

from firmer.event cimport Event
from firmer.fields.slot cimport Slot
from firmer.state.state cimport State

cdef object record_now(Event event, State state)
cdef bint in_container(Event event, State state) noexcept
cdef int give_or_missing(Slot slot, State state, bytes text) except -1
cdef bytes ip_text(bytes ip)
cdef bytes labels_text(dict labels)
