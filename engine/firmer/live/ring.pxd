"""One BPF ring buffer, read where the kernel wrote it."""

from libc.stdint cimport uint32_t, uint64_t

from firmer.event cimport Event

cdef enum Look:
    EMPTY = 0               # no further record
    READY = 1               # `block`, `ts` describe the next one
    BUSY = 2                # the next record is being written


cdef class Ring:
    """Records in the order in which they were reserved, which is that of their times but for small steps back.

    The event that `take` filled lies in the ring, and keeps its place there until `release`; all before it can be given back.
    """
    cdef readonly str name                  # of the lane that it carries
    cdef readonly uint64_t size             # bytes of data
    cdef readonly uint64_t bad              # records stepped over because their lengths do not hold
    cdef readonly uint64_t unknown          # because their type is not in the table
    cdef uint64_t *consumer                 # page that we write
    cdef const uint64_t *producer           # page that the kernel writes; the data lies behind it, twice
    cdef const unsigned char *data
    cdef uint64_t mask
    cdef uint64_t at                        # position of the record that comes next
    cdef uint64_t end                       # how far the kernel had written at the last `refresh`
    cdef uint64_t given                     # what the kernel was given back
    cdef uint64_t held                      # position of the record that an Event looks at
    cdef bint holds                         # there is one
    cdef readonly uint64_t most             # bytes that waited at most
    # the next record, while `look` is READY
    cdef int look
    cdef const unsigned char *block         # event block
    cdef uint32_t block_size
    cdef uint64_t ts                        # its event's time
    cdef int refresh(self) noexcept
    cdef int peek(self) noexcept
    cdef int take(self, Event event) noexcept
    cdef bint waits(self) noexcept
    cdef int release(self) noexcept
    cdef int skip(self) noexcept
    cdef int give_back(self) noexcept


cdef int fill_block(Event event, const unsigned char *block, uint32_t size, object owner) noexcept
