"""Where events come from: a capture, or the live probe."""

from libc.stdint cimport uint64_t

from firmer.event cimport Event

cdef enum Step:
    STEP_END = 0          # nothing comes any more
    STEP_EVENT = 1        # the event was filled
    STEP_SECTION = 2      # a section began: `Source.section` tells the state before its first event
    STEP_IDLE = 3         # nothing came for a while; `Source.now` is the time


cdef class Source:
    """A section, its events, perhaps further sections; whoever asks with `next` learns which of these comes.

    `next` fills the given Event with one whose lengths all hold; it is valid until `next` is called again.
    """
    cdef readonly object section            # events.section.Section
    cdef readonly uint64_t events           # given so far, over all sections
    cdef readonly uint64_t now              # at STEP_IDLE: time by the clock that events are stamped with, ns since the epoch
    cdef readonly dict notes                # what was odd and stepped over -> count
    cdef int next(self, Event event) except -1
    cpdef int give_back(self) except -1
