"""Paths that led elsewhere than before: what a process sees that rewrites a path while another of its threads opens it.

The kernel copies a path out of the caller's memory once, the probe reads it a second time. Whoever changes it in between wants a watcher to
see another name than the one that is opened. Once is chance, or a symbolic link that was turned; again and again within seconds is an attempt.
"""

from libc.stdint cimport uint64_t

from firmer.state.fd cimport Fd

cdef enum:
    MOST = 64                     # spellings kept for a process; the oldest goes first
    QUIET_NS = 10_000_000_000     # after so long without a race the count begins anew


cdef class Spellings:
    def __cinit__(self) -> None:
        self.led = {}

    cdef bint note(self, Fd fd, uint64_t ts) except -1:
        """Take an opened file in; True when its spelling led elsewhere the last time."""
        cdef bytes spelling = fd.name if fd.claim is None else fd.claim
        cdef bytes before = self.led.pop(spelling, None)
        if len(self.led) >= MOST:
            del self.led[next(iter(self.led))]
        self.led[spelling] = fd.name
        if before is None or before == fd.name:
            return False
        if ts > self.last_ts + QUIET_NS:
            self.races = 0
        self.races += 1
        self.last_ts = ts
        return True
