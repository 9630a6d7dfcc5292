"""Taking over what a capture says of its host before its first event."""

from firmer.state.state cimport State

cdef int load_section(State state, object section) except -1
