"""fd.num, fd.type and their like: what the descriptor is that an event uses, makes or closes.

Only events that the table marks so have a descriptor; for all others every field of this class is missing.
"""

from libc.stdint cimport int64_t, uint32_t

from firmer.event cimport Event
from firmer.events.fdtype cimport (
    FD_EVENT, FD_FIFO, FD_FILE, FD_INOTIFY, FD_IPV4, FD_IPV4_SERVER, FD_IPV6, FD_IPV6_SERVER, FD_SIGNALFD, FD_TIMERFD, FD_UNIX, FD_UNKNOWN, L4_NONE, L4_RAW,
)
from firmer.events.table cimport EF_CREATES_FD, EF_DESTROYS_FD, EF_USES_FD, SYSDIG_TYPES, event_table, sysdig_table
from firmer.fields.fd_kind cimport is_socket, kind_letter, kind_word, l4_word
from firmer.fields.registry cimport declare
from firmer.fields.registry import index
from firmer.fields.slot cimport LIST, Slot, give_list, give_num, give_text
from firmer.state.fd cimport FD_CONNECTED, FD_LOWER_LAYER, FD_ROLE_CLIENT, FD_ROLE_SERVER, FD_UPPER_LAYER, Fd, FdTable
from firmer.state.state cimport BY_ALIAS, State

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_SYSCALL_OPEN_X, PPME_SYSCALL_OPENAT_X, PPME_SYSCALL_OPENAT_2_X, PPME_SYSCALL_OPENAT2_X, PPME_SYSCALL_CREAT_X
        PPME_SOCKET_SOCKET_X, PPME_SOCKET_ACCEPT_X, PPME_SOCKET_ACCEPT_5_X, PPME_SOCKET_ACCEPT4_X, PPME_SOCKET_ACCEPT4_5_X
        PPME_SOCKET_ACCEPT4_6_X, PPME_SYSCALL_PIPE_X, PPME_SYSCALL_PIPE2_X, PPME_SYSCALL_EVENTFD_X, PPME_SYSCALL_EVENTFD2_X
        PPME_SYSCALL_SIGNALFD_X, PPME_SYSCALL_SIGNALFD4_X, PPME_SYSCALL_TIMERFD_CREATE_X, PPME_SYSCALL_INOTIFY_INIT_X
        PPME_SYSCALL_INOTIFY_INIT1_X

cdef enum:
    ROLES = FD_ROLE_CLIENT | FD_ROLE_SERVER

cdef uint32_t ABOUT_FD = EF_CREATES_FD | EF_USES_FD | EF_DESTROYS_FD

# kinds by the event that would have made the descriptor
cdef dict KIND_OF_EVENT = {
    PPME_SYSCALL_OPEN_X: FD_FILE, PPME_SYSCALL_OPENAT_X: FD_FILE, PPME_SYSCALL_OPENAT_2_X: FD_FILE, PPME_SYSCALL_OPENAT2_X: FD_FILE,
    PPME_SYSCALL_CREAT_X: FD_FILE, PPME_SOCKET_SOCKET_X: FD_IPV4, PPME_SOCKET_ACCEPT_X: FD_IPV4, PPME_SOCKET_ACCEPT_5_X: FD_IPV4,
    PPME_SOCKET_ACCEPT4_X: FD_IPV4, PPME_SOCKET_ACCEPT4_5_X: FD_IPV4, PPME_SOCKET_ACCEPT4_6_X: FD_IPV4, PPME_SYSCALL_PIPE_X: FD_FIFO,
    PPME_SYSCALL_PIPE2_X: FD_FIFO, PPME_SYSCALL_EVENTFD_X: FD_EVENT, PPME_SYSCALL_EVENTFD2_X: FD_EVENT,
    PPME_SYSCALL_SIGNALFD_X: FD_SIGNALFD, PPME_SYSCALL_SIGNALFD4_X: FD_SIGNALFD, PPME_SYSCALL_TIMERFD_CREATE_X: FD_TIMERFD,
    PPME_SYSCALL_INOTIFY_INIT_X: FD_INOTIFY, PPME_SYSCALL_INOTIFY_INIT1_X: FD_INOTIFY,
}


cdef bint speaks_of_fd(Event event, State state) noexcept:
    """Whether the event has a descriptor at all."""
    if state.thread is None:
        return False
    if state.sysdig and event.type < SYSDIG_TYPES:
        return (sysdig_table[event.type].flags & ABOUT_FD) != 0
    return (event_table[event.type if state.sysdig else event.today].flags & ABOUT_FD) != 0


cdef Fd fd_now(Event event, State state):
    """The event's descriptor, or the one that its thread used last; None where neither is known."""
    if not speaks_of_fd(event, state):
        return None
    if state.fd is not None:
        return state.fd
    if state.thread.last_fd == -1:
        return None
    return state.fd_of(state.thread, state.thread.last_fd)


cdef bytes alias_now(Fd fd, State state):
    """The other path that is asked for, or that a rule held for, or the first."""
    cdef Py_ssize_t k = state.spelling - BY_ALIAS
    if state.alias is not None and k < 0:
        return state.alias
    return fd.aliases[k if 0 <= k < len(fd.aliases) else 0]


cdef int get_num(Slot slot, Event event, State state) except -1:
    return give_num(slot, state.thread.last_fd) if speaks_of_fd(event, state) else 0


cdef int get_type(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    return 0 if fd is None else give_text(slot, kind_word(fd.type))


cdef int get_typechar(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    if fd is not None:
        return give_text(slot, kind_letter(fd.type, state.sysdig))
    if not speaks_of_fd(event, state):
        return 0
    # nothing is known: say what it would be
    return give_text(slot, kind_letter(KIND_OF_EVENT.get(event.type | 1, FD_UNKNOWN), state.sysdig))


cdef int get_types(Slot slot, Event event, State state) except -1:
    cdef FdTable table
    cdef Fd fd
    cdef list words
    cdef bytes word
    if not speaks_of_fd(event, state):
        return 0
    if slot.argument is not None:
        fd = state.fd_of(state.thread, slot.argument)
        return 0 if fd is None else give_list(slot, [kind_word(fd.type)])
    words = []
    table = state.fds_of(state.thread)
    if table is not None:
        for number in table.numbers():
            word = kind_word(table.get(number).type)
            if word not in words:
                words.append(word)
    return give_list(slot, words)


cdef int get_l4proto(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    if fd is None:
        return 0
    # a socket without a role has no peer yet, which only raw ones never need
    if fd.type == FD_IPV4 or fd.type == FD_IPV6:
        return give_text(slot, l4_word(fd.l4proto if fd.flags & ROLES or fd.l4proto == L4_RAW else L4_NONE))
    return give_text(slot, l4_word(fd.l4proto if is_socket(fd.type) else L4_NONE))


cdef int get_sockfamily(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    if fd is None:
        return 0
    if is_socket(fd.type):
        return give_text(slot, b"ip")
    return give_text(slot, b"unix") if fd.type == FD_UNIX else 0


cdef int get_is_server(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    if fd is None:
        return 0
    if fd.type == FD_IPV4 or fd.type == FD_IPV6:
        return give_num(slot, state.is_local(fd.dip, state.thread))
    return give_num(slot, fd.type == FD_IPV4_SERVER or fd.type == FD_IPV6_SERVER)


cdef int get_connected(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    return 0 if fd is None else give_num(slot, (fd.flags & FD_CONNECTED) != 0)


cdef int get_name_changed(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    if fd is None:
        return 0
    # a descriptor that the event made had the empty name before
    return give_num(slot, state.fd is not None and fd.name != (b"" if state.old_fd_name is None else state.old_fd_name))


cdef int get_uid(Slot slot, Event event, State state) except -1:
    if not speaks_of_fd(event, state):
        return 0
    return give_text(slot, b"%d%d" % (state.thread.tid, state.thread.last_fd))


cdef int get_dev(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    return 0 if fd is None else give_num(slot, fd.dev)


cdef int get_dev_major(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    return 0 if fd is None else give_num(slot, (fd.dev & 0xFFF00) >> 8)


cdef int get_dev_minor(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    return 0 if fd is None else give_num(slot, (fd.dev & 0xFF) | ((fd.dev >> 12) & 0xFFF00))


cdef int get_ino(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    return 0 if fd is None else give_num(slot, <int64_t>fd.ino)


cdef int get_is_upper_layer(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    return 0 if fd is None else give_num(slot, (fd.flags & FD_UPPER_LAYER) != 0)


cdef int get_is_lower_layer(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    return 0 if fd is None else give_num(slot, (fd.flags & FD_LOWER_LAYER) != 0)


cdef dict new(str example):
    return {"example": example, "dialects": "falco"}


FIELDS = (
    declare("fd.num", "INT64", get_num, "Number of the descriptor.", {"example": "3"}),
    declare("fd.type", "CHARBUF", get_type, "Kind of the descriptor: file, directory, ipv4, ipv6, unix, pipe, event and so on.", {"example": "file"}),
    declare("fd.typechar", "CHARBUF", get_typechar, "Kind of the descriptor as one letter.", {"example": "f"}),
    declare(
        "fd.types", "CHARBUF", get_types, "Kinds of all open descriptors, or of the one whose number is given.",
        {"example": "file", "argument": "optional", "parse": index, "many": LIST, "dialects": "falco", "no_right_hand_side": True},
    ),
    declare("fd.l4proto", "CHARBUF", get_l4proto, "Protocol of a socket that has a peer: tcp, udp, icmp or raw.", {"example": "tcp"}),
    declare("fd.sockfamily", "CHARBUF", get_sockfamily, "Family of a socket: ip or unix.", {"example": "ip"}),
    declare("fd.is_server", "BOOL", get_is_server, "Whether the process is the server of the connection."),
    declare("fd.connected", "BOOL", get_connected, "Whether the socket is connected."),
    declare("fd.name_changed", "BOOL", get_name_changed, "Whether the event gave the descriptor another name."),
    declare("fd.uid", "CHARBUF", get_uid, "Thread id and number of the descriptor without anything between.", {"example": "12343"}),
    declare("fd.dev", "INT32", get_dev, "Device that holds the file.", {"example": "64768", "format": "hex"}),
    declare("fd.dev.major", "INT32", get_dev_major, "Major number of that device.", {"example": "253"}),
    declare("fd.dev.minor", "INT32", get_dev_minor, "Minor number of that device.", {"example": "0"}),
    declare("fd.ino", "INT64", get_ino, "Inode number of the file; 0 where it is not known.", new("262817")),
    declare("fd.is_upper_layer", "BOOL", get_is_upper_layer, "Whether the file lies in the upper layer of an overlay.", new("true")),
    declare("fd.is_lower_layer", "BOOL", get_is_lower_layer, "Whether the file lies in a lower layer of an overlay.", new("true")),
)
