"""fdlist.*: the descriptors that a poll waits for."""

from libc.stdint cimport int64_t, uint16_t
from libc.string cimport memcpy

from firmer.event cimport Event, Span
from firmer.events.fdtype cimport FD_IPV4, FD_IPV6
from firmer.events.render cimport Text, put_ip
from firmer.fields.fd_kind cimport is_socket
from firmer.fields.registry cimport declare
from firmer.fields.slot cimport Slot, give_text
from firmer.state.fd cimport Fd
from firmer.state.state cimport State

cdef extern from "firmer/events/tables.h":
    enum: PPME_SYSCALL_POLL_E, PPME_SYSCALL_PPOLL_E, PPME_SYSCALL_POLL_X, PPME_SYSCALL_PPOLL_X

cdef enum:
    ENTRY_SIZE = 10           # number 8, flags 2; before all: their count, 2

ctypedef bytes (*Part)(int64_t number, Fd fd)


cdef bytes ip_text(bytes ip):
    cdef Text text = Text()
    put_ip(text, ip, len(ip))
    return text.taken()


cdef bytes number_of(int64_t number, Fd fd):
    return b"%d" % number


cdef bytes name_of(int64_t number, Fd fd):
    return fd.name if fd is not None and fd.name else b"<NA>"


cdef bytes client_ip(int64_t number, Fd fd):
    return ip_text(fd.sip) if fd is not None and (fd.type == FD_IPV4 or fd.type == FD_IPV6) else None


cdef bytes server_ip(int64_t number, Fd fd):
    return ip_text(fd.dip) if fd is not None and is_socket(fd.type) else None


cdef bytes client_port(int64_t number, Fd fd):
    return b"%d" % fd.sport if fd is not None and (fd.type == FD_IPV4 or fd.type == FD_IPV6) else None


cdef bytes server_port(int64_t number, Fd fd):
    return b"%d" % fd.dport if fd is not None and (fd.type == FD_IPV4 or fd.type == FD_IPV6) else None


cdef Span polled(Event event, State state) noexcept:
    """The list in a poll's event; nothing in others."""
    cdef int kind = event.type if state.sysdig else event.today
    cdef Span span
    if kind == PPME_SYSCALL_POLL_X or kind == PPME_SYSCALL_PPOLL_X:
        return event.raw(1) if state.sysdig else event.param(1)
    if kind == PPME_SYSCALL_POLL_E or kind == PPME_SYSCALL_PPOLL_E:
        return event.raw(0)
    span.at = NULL
    span.size = 0
    return span


cdef int give(Slot slot, Event event, State state, Part part) except -1:
    """The parts of all entries that have one, with commas between; nothing where there is none."""
    cdef Span span
    cdef uint16_t count
    cdef int64_t number
    cdef Py_ssize_t at = 2
    cdef bytes text
    cdef list texts = []
    if state.thread is None:
        return 0
    span = polled(event, state)
    if span.size < 2:
        return 0
    memcpy(&count, span.at, 2)
    while count and at + ENTRY_SIZE <= span.size:
        memcpy(&number, span.at + at, 8)
        text = part(number, state.fd_of(state.thread, number))
        if text is not None:
            texts.append(text)
        count -= 1
        at += ENTRY_SIZE
    return give_text(slot, b",".join(texts) if texts else None)


cdef int get_nums(Slot slot, Event event, State state) except -1:
    return give(slot, event, state, number_of)


cdef int get_names(Slot slot, Event event, State state) except -1:
    return give(slot, event, state, name_of)


cdef int get_cips(Slot slot, Event event, State state) except -1:
    return give(slot, event, state, client_ip)


cdef int get_sips(Slot slot, Event event, State state) except -1:
    return give(slot, event, state, server_ip)


cdef int get_cports(Slot slot, Event event, State state) except -1:
    return give(slot, event, state, client_port)


cdef int get_sports(Slot slot, Event event, State state) except -1:
    return give(slot, event, state, server_port)


FIELDS = (
    declare("fdlist.nums", "CHARBUF", get_nums, "Numbers of the polled descriptors with commas between.", {"example": "3,4"}),
    declare("fdlist.names", "CHARBUF", get_names, "Their names.", {"example": "/dev/tty"}),
    declare("fdlist.cips", "CHARBUF", get_cips, "Addresses of the clients of those that are sockets.", {"example": "127.0.0.1"}),
    declare("fdlist.sips", "CHARBUF", get_sips, "Addresses of the servers.", {"example": "127.0.0.1"}),
    declare("fdlist.cports", "CHARBUF", get_cports, "Ports of the clients.", {"example": "40556"}),
    declare("fdlist.sports", "CHARBUF", get_sports, "Ports of the servers.", {"example": "443"}),
)
