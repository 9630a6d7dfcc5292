"""The capture reader."""

cimport cython
from libc.stdint cimport uint32_t, uint64_t

from firmer.capture.metadata cimport Metadata
from firmer.event cimport Event
from firmer.events.source cimport Source


@cython.final
cdef class Reader(Source):
    """Streams one capture. Event types above the table are skipped and counted.

    Raises BadCapture at damage, after all events before it were delivered.
    """
    cdef readonly str path
    cdef object source                      # capture.source.Source
    cdef object failed                      # the BadCapture that was raised: raised again
    cdef bytes chunk                        # content that the source gave last
    cdef const unsigned char *base          # its bytes
    cdef const unsigned char *at            # first byte not read yet
    cdef const unsigned char *end
    cdef uint64_t chunk_offset              # of `base` in the content
    cdef bytes rest                         # a chunk that is read up to `rest_at` and comes after this one; None without one
    cdef Py_ssize_t rest_at
    cdef bytes pending                      # id and length of a block that were read but not its body; None without one
    cdef uint32_t kind                      # of that block
    cdef uint32_t total
    cdef uint64_t block_offset
    cdef bint in_events                     # the metadata of the section is read, nothing is pending
    cdef int advance(self) except -1
    cdef int settle(self, Event event, const unsigned char *block, int decoded) except -1
    cdef int read_section(self) except -1
    cdef int read_metadata(self, Metadata metadata) except -1
    cdef int late_block(self) except -1
    cdef bint header(self) except -1
    cdef bytes body(self, Py_ssize_t limit)
    cdef bytes mended_interfaces(self, bytes body)
    cdef bint refill(self) except -1
    cdef int splice(self, bytes block) except -1
    cdef bytes gather(self, Py_ssize_t n)
    cdef int skip(self, Py_ssize_t n) except -1
    cdef int note(self, str what) except -1
