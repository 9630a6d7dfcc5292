"""Sockets: made, bound, connected, accepted."""

from firmer.event cimport Event
from firmer.state.addresses cimport Ends
from firmer.state.fd cimport Fd
from firmer.state.state cimport State

cdef int on_socket(State state, Event event) except -1
cdef int on_socketpair(State state, Event event) except -1
cdef int on_bind(State state, Event event) except -1
cdef int on_connect_enter(State state, Event event) except -1
cdef int on_connect(State state, Event event) except -1
cdef int on_accept(State state, Event event) except -1
cdef bint merge(Fd fd, const Ends *ends, bint overwrite, bint sysdig) except -1
cdef int swap(Fd fd) except -1
