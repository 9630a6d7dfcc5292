"""Enter events that wait for the exits of their calls."""

from firmer.event cimport Event
from firmer.state.state cimport State
from firmer.state.thread cimport Thread

cdef Event keep_in(Event spare, Event event)
cdef int hold(State state, Thread thread, Event event) except -1
cdef int release(State state, Thread thread) except -1
cdef int store(State state, Event event) except -1
cdef int find_stray(State state, Thread thread) except -1
cdef list pending(State state)
