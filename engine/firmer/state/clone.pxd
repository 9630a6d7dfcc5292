"""clone, fork, vfork, clone3: new threads."""

from firmer.event cimport Event
from firmer.state.state cimport State

cdef int on_clone(State state, Event event) except -1
