"""Events that bring container records."""

from firmer.event cimport Event
from firmer.state.state cimport State

cdef int on_container(State state, Event event) except -1
cdef int on_async(State state, Event event) except -1
cdef int on_generic(State state, Event event) except -1
