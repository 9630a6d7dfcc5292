"""The descriptor that an event is about, as fd.* see it."""

from firmer.event cimport Event
from firmer.state.fd cimport Fd
from firmer.state.state cimport State

cdef bint speaks_of_fd(Event event, State state) noexcept
cdef Fd fd_now(Event event, State state)
cdef bytes alias_now(Fd fd, State state)
