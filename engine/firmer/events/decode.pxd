"""Fills an Event from the bytes of one event: the only place where lengths inside of an event are believed, after they were checked.

Captures and the live ring share it, so that a live event and its replay cannot differ. Inline, because it runs for every event.
"""

from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy

from firmer.event cimport EVENT_TYPES, MAX_PARAMS, Event
from firmer.events.table cimport EF_LARGE_PAYLOAD, event_table, fold_of

cdef enum Decoded:
    DECODED = 1
    UNKNOWN_TYPE = 0            # at or above the table: to be skipped and counted
    BAD_EVENT_LENGTH = -1       # below its header, or above the room that there is
    BAD_PARAM_COUNT = -2        # their lengths alone do not fit into the event
    BAD_PARAM_LENGTHS = -3      # they do not add up to the event

cdef enum Header:
    HEADER_V1 = 22              # u64 time, i64 tid, u32 length, u16 type
    HEADER_V2 = 26              # and u32 count of parameters


cdef str reason_of(int decoded, const unsigned char *head, Py_ssize_t room)


cdef inline uint16_t load16(const unsigned char *at) noexcept nogil:
    cdef uint16_t value
    memcpy(&value, at, 2)
    return value


cdef inline uint32_t load32(const unsigned char *at) noexcept nogil:
    cdef uint32_t value
    memcpy(&value, at, 4)
    return value


cdef inline uint64_t load64(const unsigned char *at) noexcept nogil:
    cdef uint64_t value
    memcpy(&value, at, 8)
    return value


cdef inline int seal(Event event, const unsigned char *head, uint32_t size, uint16_t type, uint32_t nparams) noexcept:
    """What both generations share, once the lengths hold."""
    event.head = head
    event.size = size
    memcpy(&event.ts, head, 8)
    memcpy(&event.tid, head + 8, 8)
    event.type = type
    event.nparams = nparams
    event.fold = fold_of(type, nparams)
    event.today = event.fold.type
    return DECODED


cdef inline int decode(Event event, const unsigned char *head, Py_ssize_t room) noexcept:
    """The event at `head`, which may use up to `room` bytes. Anything but DECODED leaves the Event unusable.

    Parameters beyond MAX_PARAMS are checked, and then left out: no table knows them.
    """
    cdef uint32_t size, nparams, k, kept
    cdef uint64_t at
    cdef uint16_t type
    cdef const unsigned char *lengths = head + HEADER_V2
    if room < HEADER_V2:
        return BAD_EVENT_LENGTH
    type = load16(head + 20)
    if type >= EVENT_TYPES:
        return UNKNOWN_TYPE
    size = load32(head + 16)
    if size < HEADER_V2 or size > room:
        return BAD_EVENT_LENGTH
    nparams = load32(head + 22)
    kept = nparams if nparams < MAX_PARAMS else MAX_PARAMS
    if event_table[type].flags & EF_LARGE_PAYLOAD:
        at = HEADER_V2 + 4 * <uint64_t>nparams
        if at > size:
            return BAD_PARAM_COUNT
        for k in range(kept):
            event.start[k] = <uint32_t>at
            at += load32(lengths + 4 * k)
        event.start[kept] = <uint32_t>at
        for k in range(kept, nparams):
            at += load32(lengths + 4 * <size_t>k)
    else:
        at = HEADER_V2 + 2 * <uint64_t>nparams
        if at > size:
            return BAD_PARAM_COUNT
        for k in range(kept):
            event.start[k] = <uint32_t>at
            at += load16(lengths + 2 * k)
        event.start[kept] = <uint32_t>at
        for k in range(kept, nparams):
            at += load16(lengths + 2 * <size_t>k)
    if at != size:
        return BAD_PARAM_LENGTHS
    return seal(event, head, size, type, kept)


cdef inline int decode_v1(Event event, const unsigned char *head, Py_ssize_t room) noexcept:
    """The same for the generation before August 2018, which does not tell how many parameters there are.

    n lengths and the n parameters behind them take more bytes with every n, so at most one n fits exactly: counting up finds it in one pass.
    """
    cdef uint32_t size, k, nparams, shift
    cdef uint64_t total = 0
    cdef uint16_t type
    cdef const unsigned char *lengths = head + HEADER_V1
    if room < HEADER_V1:
        return BAD_EVENT_LENGTH
    type = load16(head + 20)
    if type >= EVENT_TYPES:
        return UNKNOWN_TYPE
    size = load32(head + 16)
    if (type == 280 or type == 286) and size >= HEADER_V1 + 3:
        size -= 3               # their writers counted too much
    if size < HEADER_V1 or size > room:
        return BAD_EVENT_LENGTH
    size -= HEADER_V1
    nparams = 0
    while total < size and nparams < event_table[type].nparams and 2 * nparams + 2 <= size:
        event.start[nparams] = <uint32_t>total - 2 * nparams
        total += 2 + load16(lengths + 2 * nparams)
        nparams += 1
    if total != size:
        return BAD_PARAM_LENGTHS
    event.start[nparams] = <uint32_t>total - 2 * nparams
    shift = HEADER_V1 + 2 * nparams
    for k in range(nparams + 1):
        event.start[k] += shift
    return seal(event, head, size + HEADER_V1, type, nparams)


cdef inline int frame(Event event, const unsigned char *block, uint32_t total, bint flagged, object owner) noexcept:
    """What an event that was decoded takes from its block of `total` bytes: CPU and, where there are any, flags; `owner` keeps the bytes alive."""
    if event.owner is not owner:
        event.owner = owner
    if event.enter is not None:
        event.enter = None
    event.block = block
    event.block_size = total
    event.cpu = load16(block + 8)
    event.flags = load32(block + 10) if flagged else 0
    return DECODED
