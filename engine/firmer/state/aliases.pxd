"""Files by the names that they had elsewhere."""

from firmer.event cimport Event
from firmer.state.fd cimport Fd
from firmer.state.state cimport State

cdef tuple aliases_of(State state, Fd fd, list elsewhere)
cdef int on_rename(State state, Event event) except -1
cdef int on_link(State state, Event event) except -1
cdef int on_mount(State state, Event event) except -1
