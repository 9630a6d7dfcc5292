"""The capture reader."""

from libc.stdint cimport uint64_t

from firmer.event cimport Event

cdef enum Step:
    STEP_END = 0          # the capture ended between two blocks
    STEP_EVENT = 1        # the event was filled
    STEP_SECTION = 2      # a section began: `Reader.section` tells the state before its first event


cdef class Reader:
    """Streams one capture: a section, its events, perhaps further sections.

    `next` fills the given Event with one whose lengths all hold; types above the table are skipped and counted.
    Raises BadCapture at damage, after all events before it were delivered.
    """
    cdef readonly str path
    cdef readonly object section            # events.section.Section
    cdef readonly uint64_t events           # read so far, over all sections
    cdef readonly dict notes                # what was odd and stepped over -> count
    cdef int next(self, Event event) except -1
