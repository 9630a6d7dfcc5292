"""One BPF ring buffer, read where the kernel wrote it.

Layout: a page with the consumer's position, one with the producer's, then the data, which is mapped twice in a row so that no record wraps.
A record is a header of 8 bytes (u32 length with two flags, u32 unused), then the bytes, padded to 8: here a whole event block of a capture.
The kernel is believed no more than a file is: whatever the bytes say, nothing outside of the mapping is read.
"""

from libc.errno cimport errno
from libc.stdint cimport uint32_t, uint64_t, uintptr_t

from firmer.event cimport Event
from firmer.events.blocks cimport EVENT_LARGE, EVENT_LARGE_FLAGS, EVENT_V2, EVENT_V2_FLAGS
from firmer.events.decode cimport DECODED, HEADER_V2, UNKNOWN_TYPE, decode, frame, load32, load64

from os import strerror

cdef extern from "<sys/mman.h>" nogil:
    enum: PROT_READ, PROT_WRITE, MAP_SHARED
    void *MAP_FAILED
    void *mmap(void *at, size_t size, int protection, int flags, int fd, long offset)
    int munmap(void *at, size_t size)

cdef extern from "<unistd.h>" nogil:
    enum: _SC_PAGESIZE
    long sysconf(int name)

cdef extern from *:
    """
    #define firmer_acquire32(at) __atomic_load_n((const uint32_t *)(at), __ATOMIC_ACQUIRE)
    #define firmer_acquire64(at) __atomic_load_n((const uint64_t *)(at), __ATOMIC_ACQUIRE)
    #define firmer_release64(at, value) __atomic_store_n((uint64_t *)(at), (value), __ATOMIC_RELEASE)
    """
    uint32_t acquire32 "firmer_acquire32"(const void *at) nogil
    uint64_t acquire64 "firmer_acquire64"(const void *at) nogil
    void release64 "firmer_release64"(void *at, uint64_t value) nogil

cdef uint32_t BUSY_BIT = 1u << 31
cdef uint32_t DISCARD_BIT = 1u << 30
cdef enum:
    RECORD_HEADER = 8
    EVENT_AT = 10                   # of the event in its block: behind id, length and CPU
    SMALLEST = EVENT_AT + HEADER_V2 + 4
    SHARE = 64                      # the part of the ring that is given back at once, about a thousand events of an 8 MB ring

cdef long PAGE = sysconf(_SC_PAGESIZE)


cdef class Ring:
    def __init__(self, fd: int, size: int, name: str = "events") -> None:
        """fd    of the ring's map, or of anything that is laid out like it
        size  bytes of data, a power of two of at least a page

        Raises OSError when it cannot be mapped, ValueError for sizes that no ring has.
        """
        if size < PAGE or size & (size - 1) or size > 1 << 31:
            raise ValueError(f"a ring of {size} bytes: it takes a power of two from {PAGE} on")
        cdef void *own = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
        if own == MAP_FAILED:
            raise OSError(errno, strerror(errno))
        self.consumer = <uint64_t *>own
        self.size = size
        cdef void *theirs = mmap(NULL, PAGE + 2 * <size_t>size, PROT_READ, MAP_SHARED, fd, PAGE)
        if theirs == MAP_FAILED:
            raise OSError(errno, strerror(errno))
        self.producer = <const uint64_t *>theirs
        self.data = <const unsigned char *>theirs + PAGE
        self.mask = self.size - 1
        self.name = name
        self.at = self.given = self.end = acquire64(self.consumer)

    def __dealloc__(self) -> None:
        if self.consumer != NULL:
            munmap(self.consumer, PAGE)
        if self.producer != NULL:
            munmap(<void *>self.producer, PAGE + 2 * self.size)

    cdef int refresh(self) noexcept:
        """Look how far the kernel has written by now, then at the next record."""
        self.end = acquire64(self.producer)
        if self.end - self.at > self.most:
            self.most = self.end - self.at
        return self.peek()

    cdef int peek(self) noexcept:
        """Find the next record that holds an event, as far as `end`."""
        cdef const unsigned char *header
        cdef const unsigned char *block
        cdef uint32_t word, length
        cdef uint64_t step
        while self.at != self.end:
            if self.end - self.at > self.size or self.at & 7:
                # no kernel writes this; a ring that lost its place begins anew at its end
                self.bad += 1
                self.at = self.end
                break
            header = self.data + (self.at & self.mask)
            word = acquire32(header)
            if word & BUSY_BIT:
                self.look = BUSY
                return BUSY
            length = word & ~DISCARD_BIT
            step = (<uint64_t>length + RECORD_HEADER + 7) & ~<uint64_t>7
            if step > self.end - self.at:
                self.bad += 1
                self.at = self.end
                break
            if not word & DISCARD_BIT:
                block = header + RECORD_HEADER
                if length >= SMALLEST and load32(block + 4) == length and load32(block + length - 4) == length:
                    self.block = block
                    self.block_size = length
                    self.ts = load64(block + EVENT_AT)
                    self.look = READY
                    return READY
                self.bad += 1
            self.at += step
        self.look = EMPTY
        return EMPTY

    cdef bint waits(self) noexcept:
        """Whether anything was written that was not taken."""
        return acquire64(self.producer) != self.at

    cdef int skip(self) noexcept:
        """Go beyond the record that `peek` found."""
        self.at += (<uint64_t>self.block_size + RECORD_HEADER + 7) & ~<uint64_t>7
        return self.peek()

    cdef int take(self, Event event) noexcept:
        """Fill the event from the record that `peek` found, and go beyond it. False when there is no event in it after all."""
        cdef int decoded = fill_block(event, self.block, self.block_size, self)
        if decoded == DECODED:
            self.held = self.at
            self.holds = True
        elif decoded == UNKNOWN_TYPE:
            self.unknown += 1
        else:
            self.bad += 1
        self.skip()
        return decoded == DECODED

    cdef int release(self) noexcept:
        """Nobody looks at the event any more. Gives space back where it is worth it: each time costs the kernel's side a cache line."""
        self.holds = False
        if self.at - self.given >= self.size // SHARE:
            self.give_back()
        return 0

    cdef int give_back(self) noexcept:
        """The kernel may write again wherever nobody looks and nothing waits."""
        cdef uint64_t free = self.held if self.holds else self.at
        if self.given != free:
            self.given = free
            release64(self.consumer, free)
        return 0


cdef int fill_block(Event event, const unsigned char *block, uint32_t size, owner) noexcept:
    """Fill the event from a block whose two lengths hold; tells what `decode` tells."""
    cdef uint32_t kind = load32(block)
    cdef int begin = EVENT_AT
    cdef int decoded
    if kind == EVENT_V2_FLAGS or kind == EVENT_LARGE_FLAGS:
        begin += 4
    elif kind != EVENT_V2 and kind != EVENT_LARGE:
        return UNKNOWN_TYPE
    decoded = decode(event, block + begin, <Py_ssize_t>size - begin - 4)
    if decoded != DECODED:
        return decoded
    return frame(event, block, size, begin > EVENT_AT, owner)
