"""Paths that calls were given, led through the links that are known."""

from firmer.event cimport Event
from firmer.state.state cimport State

cdef bytes key(State state, bytes path)
cdef bytes walked(State state, bytes path, bint last)
cdef int on_symlink(State state, Event event) except -1
