"""Which event type has which handler."""

from firmer.event cimport Event
from firmer.state.state cimport State

# Brings the state up to one event of its type. Reads the event through `param`, slots of today's form.
ctypedef int (*Handler)(State, Event) except -1

cdef Handler *handlers() noexcept
cdef bint reads_enter(int today) noexcept
cdef bint needs_enter(int today) noexcept
