"""User and group ids, capabilities, user namespaces."""

from firmer.event cimport Event
from firmer.state.state cimport State

cdef int on_set_uid(State state, Event event) except -1
cdef int on_set_gid(State state, Event event) except -1
cdef int on_capset(State state, Event event) except -1
cdef int on_namespace(State state, Event event) except -1
cdef int on_account(State state, Event event) except -1
