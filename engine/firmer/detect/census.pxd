"""Counting what is in a capture."""

from libc.stdint cimport uint64_t

from firmer.event cimport EVENT_TYPES


cdef class Census:
    """What the events of a capture are, by type and layout, and when they happened."""
    cdef uint64_t types[EVENT_TYPES]
    cdef uint64_t layouts[0x300]            # by id of the event block; behind the last: the early id
    cdef readonly uint64_t events
    cdef readonly uint64_t bytes            # of event blocks
    cdef readonly uint64_t first_ts, last_ts        # 0: no event has a time
    cdef readonly uint64_t backwards        # events that are older than the one before them
    cdef readonly uint64_t most_backwards_ns
    cdef readonly uint64_t timeless
    cdef readonly uint64_t hidden           # state-only
    cdef readonly list sections             # Section records, in order
    cdef unsigned char seen_cpus[1 << 16]
