"""execve, execveat: a new program in a thread."""

from firmer.event cimport Event
from firmer.state.state cimport State

cdef int on_execve(State state, Event event) except -1
