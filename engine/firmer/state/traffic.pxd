"""What sending and receiving tells of a socket."""

from firmer.event cimport Event
from firmer.state.state cimport State

cdef int on_transfer(State state, Event event) except -1
cdef int on_send_enter(State state, Event event) except -1
cdef int on_send(State state, Event event) except -1
cdef int on_receive(State state, Event event) except -1
