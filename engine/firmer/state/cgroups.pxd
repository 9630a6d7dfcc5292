"""Which container a thread is in, by its cgroups."""

from firmer.state.state cimport State
from firmer.state.thread cimport Thread

cdef int resolve_container(State state, Thread thread) except -1
