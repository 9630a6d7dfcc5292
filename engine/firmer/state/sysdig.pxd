"""sysdig 0.29.3's dialect: how an event begins, and what is learned of it."""

from firmer.event cimport Event
from firmer.state.state cimport State

cdef bint begin_sysdig(State state, Event event) except -1      # False: 0.29.3 steps over the event
cdef bint misses_enter(State state, Event event) noexcept       # of an exit without its enter event
