"""What firmer's probe tells beyond the event table, in a form that other readers accept.

An opened file has the kernel's path and, behind the table's parameters, the caller's spelling; a mount has its options there. Current Falco stops at an event with
more parameters than it knows. So captures have the event without, and the addition in a notice before it: an `asyncevent`, state-only, which other
readers pass over. One notice a section says that its files have the kernel's names; a spelling that is the same needs no other, a name that
is the caller's all the same has one that says so.

sysdig 0.29.3 reads past its tables for the codes of system calls that it does not know. Where it is to read the capture, such events have the
code 0, and a notice has the code.
"""

from struct import pack

from libc.stdint cimport uint32_t
from libc.string cimport memcpy, memset

from firmer.capture.enters cimport reads_past
from firmer.event cimport EVENT_TYPES, PPME_GENERIC_E, PPME_GENERIC_X, Event, Span, int_or, span_bytes, span_text
from firmer.events.decode cimport HEADER_V2
from firmer.events.table cimport event_table

from firmer.capture.encode import encode_event, state_only

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_SYSCALL_OPEN_X, PPME_SYSCALL_CREAT_X, PPME_SYSCALL_OPENAT_2_X, PPME_SYSCALL_OPENAT2_X, PPME_SYSCALL_OPEN_BY_HANDLE_AT_X
        PPME_SYSCALL_MOUNT_X, PPME_ASYNCEVENT_E

cdef enum Kind:
    PLAIN, OPENS, MOUNTS, NAMED_BY_CODE, NOTICE

cdef unsigned char KINDS[EVENT_TYPES]
for _kind in (PPME_SYSCALL_OPEN_X, PPME_SYSCALL_CREAT_X, PPME_SYSCALL_OPENAT_2_X, PPME_SYSCALL_OPENAT2_X, PPME_SYSCALL_OPEN_BY_HANDLE_AT_X):
    KINDS[<int>_kind] = OPENS
KINDS[PPME_SYSCALL_MOUNT_X] = MOUNTS
KINDS[PPME_GENERIC_E] = KINDS[PPME_GENERIC_X] = NAMED_BY_CODE
KINDS[PPME_ASYNCEVENT_E] = NOTICE


cdef class Additions:
    def __init__(self, for_sysdig: bool) -> None:
        """for_sysdig: whether 0.29.3 is to read what is written."""
        self.for_sysdig = for_sysdig
        self.block = bytearray()

    def begin(self) -> None:
        """Another section."""
        self.told = False

    cdef bint any(self, Event event) except -1:
        """Whether something has to be told before the event, or taken off it."""
        cdef int kind = KINDS[event.type]
        if kind == PLAIN:
            return False
        if kind == NAMED_BY_CODE:
            return self.for_sysdig and reads_past(event)
        if kind == NOTICE:
            self.has_code = span_text(event.raw(1)) == b"firmer.code"
            return False
        return event.nparams > event_table[event.type].nparams or (kind == OPENS and self.told and int_or(event.raw(0), -1) >= 0)

    def notices(self, Event event not None) -> list[bytes]:
        """Blocks that have to stand before the event."""
        cdef int kind = KINDS[event.type]
        cdef Span more = event.raw(event_table[event.type].nparams)
        cdef bytes addition = span_bytes(more)
        if kind == NAMED_BY_CODE:
            told, self.has_code = self.has_code, False  # a notice that was copied stands there
            return [] if told else [notice(event, b"firmer.code\0", span_bytes(event.raw(0)))]
        if more.at == NULL:
            return [notice(event, b"firmer.claimed\0", b"")]
        found = []
        if not self.told and kind == OPENS:
            self.told = True
            found.append(notice(event, b"firmer.kernel_paths\0", b""))
        if addition.rstrip(b"\0"):
            found.append(notice(event, b"firmer.addition\0", addition))
        return found

    cdef Py_ssize_t trim(self, Event event) except -1:
        """The event's block as other readers take it, in `block`; returns its size."""
        cdef Py_ssize_t skipped = event.head - event.block
        cdef uint32_t count = event_table[event.type].nparams
        cdef Span code = event.raw(0)
        cdef uint32_t bytes_of_params = event.start[count] - event.start[0]
        cdef uint32_t size = HEADER_V2 + 2 * count + bytes_of_params
        cdef uint32_t total = <uint32_t>((skipped + size + 3) // 4 * 4 + 4)
        cdef char *at
        if len(self.block) < <Py_ssize_t>event.block_size:
            self.block = bytearray(event.block_size)  # no larger than the event is
        at = self.block
        if event.nparams <= count:
            memcpy(at, event.block, event.block_size)
            if KINDS[event.type] == NAMED_BY_CODE:
                memset(at + (code.at - event.block), 0, code.size)
            return event.block_size
        memset(at + total - 8, 0, 4)  # padding
        memcpy(at, event.block, skipped + HEADER_V2 + 2 * count)
        memcpy(at + skipped + HEADER_V2 + 2 * count, event.head + event.start[0], bytes_of_params)
        memcpy(at + 4, &total, 4)
        memcpy(at + skipped + 16, &size, 4)
        memcpy(at + skipped + 22, &count, 4)
        memcpy(at + total - 4, &total, 4)
        return total


def notice(Event event, bytes name, bytes data) -> bytes:
    return state_only(encode_event(PPME_ASYNCEVENT_E, event.ts, event.tid, [pack("<I", 0), name, data], event.cpu))
