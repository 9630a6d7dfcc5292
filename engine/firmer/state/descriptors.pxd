"""Descriptors that are made without a path, copied or closed."""

from firmer.event cimport Event
from firmer.state.state cimport State

cdef int on_close(State state, Event event) except -1
cdef int on_close_range(State state, Event event) except -1
cdef int on_dup(State state, Event event) except -1
cdef int on_fcntl(State state, Event event) except -1
cdef int on_pipe(State state, Event event) except -1
cdef int on_anonymous(State state, Event event) except -1
cdef int on_pidfd_open(State state, Event event) except -1
cdef int on_pidfd_getfd(State state, Event event) except -1
