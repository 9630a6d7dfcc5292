"""Several rings as one stream, in the order of time.

Whatever happened before a moment can be seen in its ring at that moment. So a round reads the clock, then how far each ring was written, and
gives what is older than the clock, always the older of two heads: a cause comes before what it caused (a fork in one ring before the child's
open in another) without waiting. Events that have nothing to do with each other may stand a little out of order.
"""

import select

from libc.stdint cimport UINT64_MAX, uint32_t, uint64_t

from firmer.event cimport Event
from firmer.live.backlog cimport Backlog
from firmer.live.ring cimport BUSY, READY, Ring

cdef extern from "<time.h>" nogil:
    struct timespec:
        long tv_sec, tv_nsec
    enum: CLOCK_BOOTTIME
    int clock_gettime(int clock, timespec *at)
    int nanosleep(const timespec *span, timespec *left)

cdef extern from *:
    """
    #define firmer_fence() __atomic_thread_fence(__ATOMIC_SEQ_CST)
    #define firmer_store32(at, value) __atomic_store_n((at), (value), __ATOMIC_RELAXED)
    """
    void fence "firmer_fence"() nogil
    void store32 "firmer_store32"(uint32_t *at, uint32_t value) nogil

cdef uint64_t SECOND = 1_000_000_000
cdef uint64_t FUTURE = SECOND       # an event further ahead of the clock than this has a wrong time, and is not waited for
SLEEP_S = 0.02                      # a wake-up can be missed: the program reads the flag just before its record can be seen


cdef uint64_t boot_clock() noexcept nogil:
    """ns since the machine was started."""
    cdef timespec at
    clock_gettime(CLOCK_BOOTTIME, &at)
    return <uint64_t>at.tv_sec * SECOND + <uint64_t>at.tv_nsec


cdef int nap(long ns) except -1:
    """Let others run; a signal ends it."""
    cdef timespec span
    span.tv_sec, span.tv_nsec = 0, ns
    with nogil:
        nanosleep(&span, NULL)
    return 0


cdef class Lanes:
    def __init__(self, rings, conf) -> None:
        """rings  probe.Ring of each
        conf   the probe's settings, as a buffer that it shares
        """
        cdef int k
        if not 0 < len(rings) <= MAX_RINGS:
            raise ValueError(f"{len(rings)} rings: 1 to {MAX_RINGS} can be read")
        self.rings = [Ring(ring.fd, ring.size, ring.lane) for ring in rings]
        self.count = len(self.rings)
        for k in range(self.count):
            self.ring_at[k] = <void *>self.rings[k]
        self.current = self.rings[0]
        cdef unsigned char[::1] settings = memoryview(conf).cast("B")
        if settings.shape[0] < 8 + 4 * self.count:
            raise ValueError(f"settings of {settings.shape[0]} bytes for {self.count} rings")
        self.conf_buffer = settings
        self.conf = <uint64_t *>&settings[0]
        self.poll = poll_of([ring.fd for ring in rings])

    cdef uint64_t now(self) noexcept:
        """By the clock that events are stamped with."""
        return self.conf[0] + boot_clock()

    cdef bint refresh(self) noexcept:
        """Begin a round; False when all rings are empty."""
        cdef bint found = False
        cdef int k
        self.horizon = self.now()
        self.until = 0
        fence()
        for k in range(self.count):
            found |= (<Ring>self.ring_at[k]).refresh() != 0
        return found

    cdef bint take(self, Event event) except -1:
        """Fill the event with the next one; False when the round is over. The one before loses its place."""
        cdef Ring ring = self.current
        ring.release()
        while True:
            if ring.look == READY and ring.ts <= self.until:
                if ring.take(event):
                    return True
            elif self.choose():
                ring = self.current
            else:
                return False

    cdef bint choose(self) noexcept:
        """Find the ring that holds the oldest event, and until when it stays the one; False when the round is over."""
        cdef uint64_t first = UINT64_MAX, second = UINT64_MAX
        cdef Ring ring, best = None
        cdef int k
        for k in range(self.count):
            ring = <Ring>self.ring_at[k]
            if ring.look == BUSY:
                return False            # what is behind it may be the cause of what another ring holds
            if ring.look == READY:
                if best is None or ring.ts < first:
                    second = first
                    first = ring.ts
                    best = ring
                elif ring.ts < second:
                    second = ring.ts
        if best is None or (first > self.horizon and first - self.horizon < FUTURE):
            return False
        self.current = best
        self.until = max(first, min(second, self.horizon))
        return True

    cdef bint is_over(self) noexcept:
        """Whether a round in which `take` gives no more gave all that is older than its begin."""
        cdef int k
        for k in range(self.count):
            if (<Ring>self.ring_at[k]).look == BUSY:
                return False
        return True

    cdef bint copy(self, Backlog backlog) except -1:
        """The rest of the round goes into the backlog; False when that is full."""
        cdef Ring ring
        while self.choose():
            ring = self.current
            while ring.look == READY and ring.ts <= self.until:
                if not backlog.add(ring.block, ring.block_size, False):
                    return False
                ring.skip()
            ring.release()
        return True

    cdef bint sleep(self) except -1:
        """Wait for the next event, but not for long; False when there is something to do already."""
        cdef uint32_t *flags = <uint32_t *>(self.conf + 1)
        cdef bint found = False
        cdef int k
        if self.poll is None:
            return nap(<long>(SLEEP_S * SECOND)) == 0
        for k in range(self.count):
            store32(flags + k, 1)
        fence()
        for k in range(self.count):
            found |= (<Ring>self.ring_at[k]).waits()
        if not found:
            self.poll.poll(SLEEP_S)
        for k in range(self.count):
            store32(flags + k, 0)
        return not found

    cdef int give_back(self) except -1:
        cdef int k
        for k in range(self.count):
            (<Ring>self.ring_at[k]).give_back()
        return 0

    def close(self) -> None:
        """Nothing can be taken any more."""
        if self.poll is not None:
            self.poll.close()
        self.conf_buffer = None
        self.conf = NULL


def poll_of(descriptors):
    """What waits for any of the rings; None where their descriptors cannot be waited for."""
    poll = select.epoll()
    try:
        for fd in descriptors:
            poll.register(fd, select.EPOLLIN)
    except PermissionError:
        poll.close()
        return None
    return poll
