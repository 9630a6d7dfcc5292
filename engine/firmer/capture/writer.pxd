"""The capture writer."""

from libc.stdint cimport uint32_t, uint64_t

from firmer.capture.additions cimport Additions
from firmer.capture.enters cimport Enters
from firmer.event cimport Event


cdef class Writer:
    """Writes one capture: a section, its events, perhaps further sections. What it writes opens in sysdig 0.29.3 and in today's readers."""
    cdef readonly uint64_t written          # bytes that reached the file, after compression
    cdef readonly uint64_t events           # blocks of events
    cdef readonly uint64_t numbered         # those of them that sysdig 0.29.3 gives a number
    cdef readonly dict notes                # what was cut or left out to stay readable -> count
    cdef object file
    cdef readonly str path                  # for messages; empty for a file that was handed in without a name
    cdef bint owned                         # the file was opened here
    cdef object packer                      # zlib's compressor; None: plain
    cdef str tail
    cdef readonly Enters enters             # None: what has no enter event gets none
    cdef Additions additions
    cdef bytearray buffer
    cdef Py_ssize_t used
    cdef int event(self, Event event) except -1
    cdef int unseen(self, Event event) except -1
    cdef int enter(self, Event event, uint32_t flags) except -1
    cdef int split(self, Event event, bint unseen) except -1
    cdef int put(self, const unsigned char *at, Py_ssize_t size) except -1
    cdef uint64_t reached(self) noexcept            # size of the file as far as it is known: what a compressor holds back does not count
    cdef int drain(self) except -1
