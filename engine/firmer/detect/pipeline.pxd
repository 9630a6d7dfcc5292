"""The loop: source → state → consumers."""

from libc.stdint cimport uint64_t

from firmer.detect.context cimport Context
from firmer.detect.stretch cimport Stretch
from firmer.event cimport Event
from firmer.events.source cimport Source
from firmer.state.consumer cimport Consumer
from firmer.state.state cimport State


cdef class Pipeline:
    """One source, one state, any number of consumers; `run` carries every event through."""
    cdef readonly Source source
    cdef readonly State state
    cdef readonly list consumers
    cdef readonly Event event               # the current one; sinks read it
    cdef readonly Context context           # keeps what happened around alerts; None: nobody asked
    cdef readonly Stretch stretch             # what consumers get to see; None: everything
    cdef readonly uint64_t events           # that the state accepted
    cdef list early                         # consumers that ask for `before`; None: nobody does
    cdef bint enough                        # a consumer asked to stop
    cdef bytes wanted
    cdef object on_progress
    cdef bint step(self) except -1
    cdef int begin_section(self) except -1
    cdef bint idle(self) except -1
