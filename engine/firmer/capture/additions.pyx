"""What firmer's probe tells beyond the event table, in a form that other readers accept.

An opened file has the kernel's path and, behind the table's parameters, the caller's spelling; a mount has its options there. Current Falco stops at an event with
more parameters than it knows. So captures have the event without, and the addition in a notice before it: an `asyncevent`, state-only, which other
readers pass over. One notice a section says that its files have the kernel's names; a spelling that is the same needs no other.
"""

from struct import pack

from libc.stdint cimport uint32_t
from libc.string cimport memcpy, memset

from firmer.event cimport Event, Span, span_bytes
from firmer.events.decode cimport HEADER_V2
from firmer.events.table cimport event_table

from firmer.capture.encode import encode_event, state_only

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_SYSCALL_OPEN_X, PPME_SYSCALL_CREAT_X, PPME_SYSCALL_OPENAT_2_X, PPME_SYSCALL_OPENAT2_X, PPME_SYSCALL_OPEN_BY_HANDLE_AT_X
        PPME_SYSCALL_MOUNT_X, PPME_ASYNCEVENT_E


cdef bint has_addition(Event event) noexcept:
    cdef int kind = event.type
    if event.nparams <= event_table[kind].nparams:
        return False
    return (
        kind == PPME_SYSCALL_OPENAT_2_X or kind == PPME_SYSCALL_OPEN_X or kind == PPME_SYSCALL_OPENAT2_X or kind == PPME_SYSCALL_CREAT_X
        or kind == PPME_SYSCALL_OPEN_BY_HANDLE_AT_X or kind == PPME_SYSCALL_MOUNT_X
    )


cdef class Additions:
    def __init__(self) -> None:
        self.block = bytearray()

    def begin(self) -> None:
        """Another section."""
        self.told = False

    def notices(self, Event event not None) -> list[bytes]:
        """Blocks that have to stand before the event."""
        cdef bytes addition = span_bytes(event.raw(event_table[event.type].nparams))
        found = []
        if not self.told and event.type != PPME_SYSCALL_MOUNT_X:
            self.told = True
            found.append(notice(event, b"firmer.kernel_paths\0", b""))
        if addition.rstrip(b"\0"):
            found.append(notice(event, b"firmer.addition\0", addition))
        return found

    cdef Py_ssize_t trim(self, Event event) except -1:
        """The event's block with the parameters of the table alone, in `block`; returns its size."""
        cdef Py_ssize_t skipped = event.head - event.block
        cdef uint32_t count = event_table[event.type].nparams
        cdef uint32_t bytes_of_params = event.start[count] - event.start[0]
        cdef uint32_t size = HEADER_V2 + 2 * count + bytes_of_params
        cdef uint32_t total = <uint32_t>((skipped + size + 3) // 4 * 4 + 4)
        cdef char *at
        if len(self.block) < <Py_ssize_t>event.block_size:
            self.block = bytearray(event.block_size)  # the event without its addition is no larger
        at = self.block
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
