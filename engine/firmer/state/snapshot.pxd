"""The state as a Section that a capture can begin with."""

from firmer.state.state cimport State

cdef object take_snapshot(State state)
