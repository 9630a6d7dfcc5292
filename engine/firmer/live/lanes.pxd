"""Several rings as one stream, in the order of time."""

from libc.stdint cimport uint64_t

from firmer.event cimport Event
from firmer.live.backlog cimport Backlog
from firmer.live.ring cimport Ring

cdef enum:
    MAX_RINGS = 64


cdef class Lanes:
    """The rings of a probe. A round begins with `refresh`; `take` gives its events; when it gives no more, the round is over."""
    cdef readonly list rings
    cdef readonly uint64_t horizon          # ns since the epoch; all that happened before can be seen, and is given in this round
    cdef void *ring_at[MAX_RINGS]           # borrowed from `rings`
    cdef int count
    cdef Ring current                       # where the next event comes from, while it is no younger than `until`
    cdef uint64_t until
    cdef object conf_buffer
    cdef uint64_t *conf                     # the probe's: epoch of the boot clock, then a 32-bit flag "reader sleeps" for each ring
    cdef object poll                        # select.epoll; None where rings cannot be waited for
    cdef uint64_t now(self) noexcept
    cdef bint refresh(self) noexcept
    cdef bint take(self, Event event) except -1
    cdef bint copy(self, Backlog backlog) except -1
    cdef bint choose(self) noexcept
    cdef bint is_over(self) noexcept
    cdef bint sleep(self) except -1
    cdef int give_back(self) except -1


cdef uint64_t boot_clock() noexcept nogil
cdef int nap(long ns) except -1
