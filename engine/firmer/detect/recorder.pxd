"""Writing the events that pass to captures."""

from libc.stdint cimport int64_t, uint64_t

from firmer.capture.writer cimport Writer
from firmer.event cimport Event
from firmer.filter.program cimport Condition
from firmer.state.consumer cimport Consumer
from firmer.state.state cimport State


cdef class Recorder(Consumer):
    """Writes what passes the filter, and what the written events need to be understood, as self-contained captures."""
    cdef object pieces                  # rotation.Pieces: opens the files
    cdef Writer writer                  # of the open piece; None: none yet
    cdef Condition condition            # None: every event passes
    cdef bint windowed                  # what comes begins in the middle of a section
    cdef bint untold                    # the state stands to be written before the next event
    cdef dict entered                   # tid -> number of the enter event that was written last; None while everything is written
    cdef uint64_t limit                 # stop after so many events that pass; 0: no limit
    cdef uint64_t span, stop_ts         # ns of the capture's time that are taken, 0: all; when they end
    cdef readonly uint64_t passed       # of the current capture
    cdef readonly uint64_t recorded     # over all captures: what passed, and what passes any filter
    cdef bint leading                   # still at the container events that stand at the head of a capture
    cdef readonly bint stopping
    # rotation
    cdef uint64_t size_bytes, seconds, events       # limits of a piece; 0: none
    cdef uint64_t begun_recorded                    # `recorded` when the open piece began
    cdef uint64_t begun_num                         # number of the event that it began before
    cdef uint64_t begun_s                           # time of its first event, whole seconds; 0: none yet
    cdef bint due(self, Event event) noexcept
    cdef int begin_piece(self, Event event, State state) except -1
    cdef int write_state(self, Event event, State state) except -1
    cdef int write_enter(self, Event exit) except -1
