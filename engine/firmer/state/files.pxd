"""Files: what opening them puts into the table."""

from firmer.event cimport Event
from firmer.state.state cimport State

cdef int on_open(State state, Event event) except -1
cdef int on_memfd_create(State state, Event event) except -1
cdef bytes addition_of(State state, Event event)
cdef bytes base_of(State state, bytes name, long long dirfd)
