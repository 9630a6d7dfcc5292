"""Events that wait in memory of our own while the host is scanned.

The kernel's rings are small: what a scan of some tenths of a second would make them lose waits here.
"""

from collections import deque

from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memcpy

from firmer.event cimport Event
from firmer.events.blocks cimport EVENT_LARGE, EVENT_LARGE_FLAGS, EVENT_V2_FLAGS
from firmer.events.decode cimport DECODED, load32
from firmer.live.ring cimport fill_block

cdef enum:
    CHUNK = 1 << 20
    FLAGS_AT = 10               # in the block forms that have a flags word
    STATE_ONLY = 1


cdef class Backlog:
    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.clear()

    cdef int clear(self) except -1:
        self.chunks, self.ends = deque(), deque()
        self.first_at = self.last_used = 0
        self.held = 0
        return 0

    cdef bint add(self, const unsigned char *block, uint32_t size, bint hidden) except -1:
        """Take a copy in; `hidden` marks it as for the state only. False when it is full."""
        cdef uint32_t total = size + 4 * hidden
        cdef uint32_t kind, flags = STATE_ONLY
        cdef unsigned char *at
        if self.held + total > self.limit:
            return False
        if not self.chunks or self.last_used + <Py_ssize_t>total > len(self.chunks[-1]):
            if self.chunks:
                self.ends.append(self.last_used)
            self.chunks.append(bytearray(max(<Py_ssize_t>CHUNK, <Py_ssize_t>total)))
            self.last_used = 0
        at = <unsigned char *><char *>(<bytearray>self.chunks[-1]) + self.last_used
        self.last_used += total
        self.held += total
        if not hidden:
            memcpy(at, block, size)
            return True
        kind = EVENT_LARGE_FLAGS if load32(block) == EVENT_LARGE else EVENT_V2_FLAGS
        memcpy(at, &kind, 4)
        memcpy(at + 4, &total, 4)
        memcpy(at + 8, block + 8, 2)
        memcpy(at + FLAGS_AT, &flags, 4)
        memcpy(at + FLAGS_AT + 4, block + 10, size - 14)
        memcpy(at + total - 4, &total, 4)
        return True

    cdef Backlog from_here(self):
        """What waits, to be read without being taken."""
        cdef Backlog other = Backlog(self.limit)
        other.chunks, other.ends = self.chunks.copy(), self.ends.copy()
        other.first_at, other.last_used, other.held = self.first_at, self.last_used, self.held
        return other

    cdef bint take(self, Event event) except -1:
        """Fill the event with the next one; False when nothing waits."""
        cdef const unsigned char *block
        cdef uint32_t size
        while self.held:
            if self.ends and self.first_at == self.ends[0]:
                self.chunks.popleft()
                self.ends.popleft()
                self.first_at = 0
            block = <const unsigned char *><char *>(<bytearray>self.chunks[0]) + self.first_at
            size = load32(block + 4)
            self.first_at += size
            self.held -= size
            self.taken += 1
            if fill_block(event, block, size, self.chunks[0]) == DECODED:
                return True
        return False
