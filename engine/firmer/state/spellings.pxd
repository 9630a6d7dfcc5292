"""Paths that led elsewhere than before."""

from libc.stdint cimport uint64_t

from firmer.state.fd cimport Fd


cdef class Spellings:
    """What one process called its files by another spelling than the kernel's, and where each spelling led last."""
    cdef dict led                 # spelling -> kernel's path
    cdef readonly uint64_t races  # how often one led elsewhere than the time before, until none did for a while
    cdef uint64_t last_ts         # ns, of the last such time
    cdef bint note(self, Fd fd, uint64_t ts) except -1
