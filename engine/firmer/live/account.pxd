"""What became of every event that the probe made."""

from libc.stdint cimport int64_t, uint64_t

from firmer.event cimport Event

cdef enum:
    STAT_TYPES = 512            # rows a CPU in the probe's counters


cdef struct Stat:
    # one CPU and event type, as the probe counts (struct stat_t in probe/scap.h)
    uint64_t produced
    uint64_t dropped            # the ring was full
    uint64_t big                # larger than a block may be
    uint64_t unread             # parameters that could not be read: they are absent, the event is there


cdef class Account:
    """produced = delivered + dropped + too big, by CPU and event type."""
    cdef object buffer                  # the probe's counters, kept alive
    cdef const Stat *stats              # cpus * STAT_TYPES
    cdef readonly int cpus
    cdef object delivered_array
    cdef uint64_t *delivered            # likewise
    cdef readonly uint64_t strays       # delivered events that claim a CPU which there is not

    cdef inline int count(self, Event event) noexcept:
        if event.cpu < self.cpus:
            self.delivered[<size_t>event.cpu * STAT_TYPES + event.type] += 1
        else:
            self.strays += 1
        return 0

    cpdef uint64_t lost(self)
    cpdef int64_t missing(self)
