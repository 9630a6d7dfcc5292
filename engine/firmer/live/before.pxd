"""The host as it was when the probe began."""

from firmer.event cimport Event


cdef class Before:
    """What a scan found, without what the events before it changed."""
    cdef object scanned                     # events.section.Section
    cdef dict pids                          # process of each thread
    cdef dict read_by                       # by process: when its reading ended, ns since the epoch
    cdef set born                           # threads that came since the probe began
    cdef dict reapers                       # who got children of processes that ended -> when first
    cdef set moved                          # last components of new paths
    cdef dict changed                       # by process: bits of what is to be left out
    cdef dict touched                       # by process: numbers of descriptors
    cdef dict ranges                        # by process: (first, last) of descriptors
    cdef int see(self, Event event) except -1
    cdef object thread(self, entry)
    cdef list kept(self, pid, list entries)
    cdef bint is_moved(self, bytes path) except -1
