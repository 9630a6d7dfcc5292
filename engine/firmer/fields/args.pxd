"""One parameter of an event as text, with what the state knows of it."""

from libc.stdint cimport int64_t

from firmer.event cimport Event, Span
from firmer.events.render cimport Text
from firmer.events.table cimport EventInfo, ParamInfo
from firmer.state.state cimport State

cdef Text plain           # the value as it stands: what `render` leaves
cdef Text resolved        # what stands in brackets behind it; empty: nothing

cdef const EventInfo *row_for(int kind, bint sysdig) noexcept
cdef const EventInfo *row_of(Event event, State state) noexcept
cdef Span param_of(Event event, State state, int k) noexcept
cdef int count_of(Event event, State state, const EventInfo *row) noexcept
cdef int render(const ParamInfo *info, Span span, Event event, State state) except -1
cdef int put_args(Text out, Event event, State state) except -1
cdef bytes shown(const ParamInfo *info, Span span, Event event, State state)
