"""Writing the events that pass to a capture."""

from libc.stdint cimport uint64_t

from firmer.capture.writer cimport Writer
from firmer.filter.program cimport Condition
from firmer.state.consumer cimport Consumer


cdef class Recorder(Consumer):
    """Writes what passes the filter, and what the written events need to be understood, as a self-contained capture."""
    cdef Writer writer
    cdef Condition condition            # None: every event passes
    cdef uint64_t limit                 # stop after so many events that pass; 0: no limit
    cdef readonly uint64_t passed
