"""Text of times."""

from libc.stdint cimport uint64_t

from firmer.events.render cimport Text

cdef enum TimeParts:
    WITH_DATE = 1
    WITH_NS = 2

cdef int put_time(Text out, uint64_t ts, long ahead, int parts) except -1
cdef int put_iso8601(Text out, uint64_t ts) except -1
cdef long local_offset() except? -1
