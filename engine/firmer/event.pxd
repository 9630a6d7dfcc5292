"""The event: a view over the bytes of one `.scap` event, never a conversion of them."""

from libc.stdint cimport int16_t, int32_t, int64_t, int8_t, uint16_t, uint32_t, uint64_t, uint8_t
from libc.string cimport memcpy

cdef extern from "firmer/events/tables.h":
    enum: MAX_PARAMS
    enum: EVENT_TYPES
    enum: SYSCALL_CODES
    enum: PPME_GENERIC_E
    enum: PPME_GENERIC_X
    enum: FROM_OLD
    enum: FROM_ENTER
    enum: FROM_ZEROS
    enum: FROM_ONES
    enum: FROM_EMPTY
    enum: FROM_CONTAINER_TEXT
    enum: VERDICT_PASS
    enum: VERDICT_DROP
    enum: VERDICT_STORE
    enum: VERDICT_STORE_PASS
    ctypedef struct FoldSource:
        uint8_t origin "from"
        uint8_t param
        uint8_t width
        uint8_t fallback
    ctypedef struct Fold:
        uint8_t verdict
        uint16_t type
        int16_t enter
        uint8_t nparams
        const FoldSource *params


# Bytes of one parameter. `at` is NULL where the event has no such parameter; a size of 0 means an absent value.
ctypedef struct Span:
    const unsigned char *at
    Py_ssize_t size


cdef extern from *:
    """
    static const unsigned char FIRMER_ZEROS[16] = {0};
    static const unsigned char FIRMER_ONES[16] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    """
    const unsigned char *FIRMER_ZEROS
    const unsigned char *FIRMER_ONES


cdef class Event:
    """One event. Valid until its source moves on; `copy()` keeps it.

    Parameters have two numberings: `raw(k)` is slot k as the writer stored it, `param(k)` is slot k of today's form of the event
    (type `today`), where a value that an old exit lacks is read from the enter event that the thread left pending.
    """
    cdef readonly object owner              # keeps the bytes below alive
    cdef const unsigned char *block         # the whole block, header and trailer included
    cdef uint32_t block_size
    cdef const unsigned char *head          # the event's header inside of the block
    cdef readonly uint32_t size             # of the event, header included
    cdef readonly uint64_t num              # from 1; every event read counts, as in sysdig
    cdef readonly uint64_t today_num        # from 1; events that today's form drops do not count, as in Falco
    cdef readonly uint64_t ts               # ns since the epoch
    cdef readonly int64_t tid
    cdef readonly uint16_t cpu
    cdef readonly uint16_t type
    cdef readonly uint32_t flags            # of the block: bit 0 = state only, do not show
    cdef readonly uint32_t nparams          # as stored, at most MAX_PARAMS
    cdef uint32_t start[MAX_PARAMS + 1]     # offset of each parameter from `head`; one more for the end of the last
    cdef const Fold *fold
    cdef readonly uint16_t today            # type of today's form
    cdef public Event enter                 # the thread's pending enter event when it fits this exit, else None

    cdef inline Span raw(self, int k) noexcept:
        cdef Span span
        if k < 0 or <uint32_t>k >= self.nparams:
            span.at = NULL
            span.size = 0
        else:
            span.at = self.head + self.start[k]
            span.size = self.start[k + 1] - self.start[k]
        return span

    cdef inline Span param(self, int k) noexcept:
        if self.fold == NULL or self.fold.params == NULL:
            return self.raw(k)
        return self.folded(k)

    cdef Span folded(self, int k) noexcept
    cdef int param_count(self) noexcept
    cdef Event keep(self)
    cdef int stand_on(self, bytearray block) noexcept


cdef inline bint span_int(Span span, int64_t *value) noexcept:
    """Signed little-endian number of 1, 2, 4 or 8 bytes; False when absent or of another width."""
    cdef int8_t i8
    cdef int16_t i16
    cdef int32_t i32
    if span.size == 8:
        memcpy(value, span.at, 8)
    elif span.size == 4:
        memcpy(&i32, span.at, 4)
        value[0] = i32
    elif span.size == 2:
        memcpy(&i16, span.at, 2)
        value[0] = i16
    elif span.size == 1:
        memcpy(&i8, span.at, 1)
        value[0] = i8
    else:
        return False
    return True


cdef inline bint span_uint(Span span, uint64_t *value) noexcept:
    """Unsigned little-endian number of 1, 2, 4 or 8 bytes; False when absent or of another width."""
    if span.size == 8 or span.size == 4 or span.size == 2 or span.size == 1:
        value[0] = 0
        memcpy(value, span.at, span.size)
        return True
    return False


cdef inline int64_t int_or(Span span, int64_t otherwise) noexcept:
    cdef int64_t value
    return value if span_int(span, &value) else otherwise


cdef inline uint64_t uint_or(Span span, uint64_t otherwise) noexcept:
    cdef uint64_t value
    return value if span_uint(span, &value) else otherwise


cdef inline bytes span_bytes(Span span):
    """The bytes as they are."""
    if span.at == NULL:
        return b""
    return (<const char *>span.at)[:span.size]


cdef inline bytes span_text(Span span):
    """The text up to its NUL, or all of it where the NUL is missing."""
    cdef Py_ssize_t size = 0
    if span.at == NULL:
        return b""
    while size < span.size and span.at[size] != 0:
        size += 1
    return (<const char *>span.at)[:size]


# What rules and consumers are indexed by: today's event type, or for a generic event EVENT_TYPES + code of its system call.
cdef extern from *:
    """
    #define EVENT_KEYS (EVENT_TYPES + SYSCALL_CODES)
    """
    enum: EVENT_KEYS


cdef inline int event_key(Event event) noexcept:
    cdef uint64_t code
    if event.today > PPME_GENERIC_X:
        return event.today
    if not span_uint(event.raw(0), &code) or code >= SYSCALL_CODES:
        code = 0
    return EVENT_TYPES + <int>code
