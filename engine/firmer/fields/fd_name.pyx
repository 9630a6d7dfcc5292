"""fd.name, fd.directory and their like: what a descriptor is called.

Where an event has no descriptor because the call failed, its name is the one that the call was given.
"""

from firmer.event cimport Event, Span, int_or, span_text
from firmer.events.fdtype cimport FD_DIRECTORY, FD_FILE
from firmer.events.render cimport Text, put_socktuple
from firmer.fields.fd cimport alias_now, fd_now, speaks_of_fd
from firmer.fields.registry cimport declare
from firmer.fields.slot cimport Slot, give_num, give_text
from firmer.state.fd cimport FD_DOUBTFUL, FD_FROM_PROC, FD_REAL_NAME, Fd
from firmer.state.paths cimport join, printable
from firmer.state.state cimport BY_ALIAS, BY_CLAIM, State

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_SYSCALL_OPEN_X, PPME_SYSCALL_CREAT_X, PPME_SYSCALL_OPENAT_X, PPME_SYSCALL_OPENAT_2_X, PPME_SYSCALL_OPENAT2_X
        PPME_SYSCALL_OPEN_BY_HANDLE_AT_X, PPME_SOCKET_ACCEPT_X, PPME_SOCKET_ACCEPT_5_X, PPME_SOCKET_ACCEPT4_X, PPME_SOCKET_ACCEPT4_5_X
        PPME_SOCKET_ACCEPT4_6_X, PPME_SOCKET_CONNECT_X


cdef extern from "string.h":
    void *memrchr(const void *text, int byte, size_t size)


cdef inline Span value(Event event, State state, int k) noexcept:
    return event.raw(k) if state.sysdig else event.param(k)


cdef bytes given_path(Event event, State state, int k, bint raw):
    """The path in a slot, made absolute by the working directory unless it is wanted as it was written."""
    cdef bytes path = span_text(value(event, state, k))
    if raw or path.startswith(b"/") or path.startswith(b"<NA>"):
        return path
    # an empty path stands for the directory itself
    return join(state.cwd_of(state.thread), path, state.sysdig) if path else state.cwd_of(state.thread)


cdef bytes given_path_at(Event source, State state, int k, bint raw):
    """The path in slot k + 1 of `source`, relative to the directory in slot k."""
    cdef bytes path = span_text(value(source, state, k + 1))
    cdef bytes base
    if raw or path.startswith(b"/"):
        return path if raw else join(b".", path, state.sysdig)
    base = state.dir_of(state.thread, int_or(value(source, state, k), -1))
    return join(b"<UNKNOWN>" if base is None else base, path, state.sysdig)


cdef bytes given_address(Event event, State state):
    cdef Text text = Text()
    put_socktuple(text, value(event, state, 1), state.sysdig)
    return text.taken()


cdef bytes given_name(Event event, State state, bint raw):
    """What the event calls the thing that it has no descriptor for; None where it does not say."""
    cdef int kind = event.type if state.sysdig else event.today
    if not kind & 1:
        return None
    if kind == PPME_SYSCALL_OPEN_X or kind == PPME_SYSCALL_CREAT_X:
        return given_path(event, state, 1, raw)
    if kind == PPME_SYSCALL_OPENAT_2_X or kind == PPME_SYSCALL_OPENAT2_X:
        return given_path_at(event, state, 1, raw)
    if kind == PPME_SYSCALL_OPENAT_X:
        # the first form has its arguments in the enter event, which sysdig no longer has when it prints
        return None
    if kind == PPME_SYSCALL_OPEN_BY_HANDLE_AT_X and not state.sysdig:
        return span_text(event.param(3))
    if (
        kind == PPME_SOCKET_ACCEPT_X or kind == PPME_SOCKET_ACCEPT_5_X or kind == PPME_SOCKET_ACCEPT4_X or kind == PPME_SOCKET_ACCEPT4_5_X
        or kind == PPME_SOCKET_ACCEPT4_6_X or kind == PPME_SOCKET_CONNECT_X
    ):
        return given_address(event, state)
    return b""


cdef inline bytes name_of(Fd fd, State state):
    """The descriptor's name in the spelling that is asked for."""
    if state.spelling == BY_CLAIM and fd.claim is not None:
        return fd.claim
    return fd.name if state.spelling < BY_ALIAS or fd.aliases is None else alias_now(fd, state)


cdef bytes name_now(Event event, State state):
    """Name of the event's descriptor, or what the event gives instead; None without any."""
    cdef Fd fd = fd_now(event, state)
    if fd is None:
        return given_name(event, state, False) if speaks_of_fd(event, state) else None
    # sysdig shows what a connection that failed was to become, also when it is merely under way
    if state.sysdig and event.type == PPME_SOCKET_CONNECT_X and int_or(event.raw(0), 0) < 0:
        return given_name(event, state, False)
    return name_of(fd, state)


cdef inline bint is_path(Fd fd) noexcept:
    return fd.type == FD_FILE or fd.type == FD_DIRECTORY


cdef inline bint opens(int kind) noexcept:
    return (
        kind == PPME_SYSCALL_OPEN_X or kind == PPME_SYSCALL_CREAT_X or kind == PPME_SYSCALL_OPENAT_2_X or kind == PPME_SYSCALL_OPENAT2_X
        or kind == PPME_SYSCALL_OPEN_BY_HANDLE_AT_X
    )


cdef inline Py_ssize_t last_slash(bytes name) noexcept:
    """Where the last slash stands, -1: nowhere."""
    cdef const char *text = name
    cdef const char *slash = <const char *>memrchr(text, c'/', len(name))
    return -1 if slash == NULL else slash - text


cdef bytes directory_of(bytes name):
    """The text before the last slash; a name that ends in a slash stays whole, one without any lies in the root."""
    cdef Py_ssize_t slash = last_slash(name)
    if slash <= 0:
        return b"/"
    return name if slash == len(name) - 1 else (<const char *>name)[:slash]


cdef bytes directory_now(Event event, State state):
    cdef Fd fd = fd_now(event, state)
    cdef bytes name
    if fd is None:
        name = given_name(event, state, False) if speaks_of_fd(event, state) else None
        return None if name is None else directory_of(name)
    if fd.type == FD_DIRECTORY:
        return name_of(fd, state)
    return directory_of(name_of(fd, state)) if fd.type == FD_FILE else None


cdef int give_path(Slot slot, bytes name) except -1:
    """The name; sysdig prints it without the bytes that are not printable ASCII, and compares it with them."""
    if slot.sysdig and slot.output and name is not None and printable(name) is not name:
        name = bytes([byte for byte in name if 32 <= byte <= 126])
    return give_text(slot, name)


cdef int get_name(Slot slot, Event event, State state) except -1:
    return give_path(slot, name_now(event, state))


cdef int get_nameraw(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    cdef bytes name
    if fd is not None:
        name = fd.raw_name
    else:
        name = given_name(event, state, True) if speaks_of_fd(event, state) else None
    if name is not None:
        while b"//" in name:
            name = name.replace(b"//", b"/")
    return give_text(slot, name)


cdef int get_directory(Slot slot, Event event, State state) except -1:
    return give_path(slot, directory_now(event, state))


cdef int get_filename(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    cdef bytes name
    cdef Py_ssize_t slash
    if fd is None or fd.type != FD_FILE:
        return 0
    name = name_of(fd, state)
    slash = last_slash(name)
    if slash < 0:
        return give_text(slot, b"/")
    return give_path(slot, name if slash == len(name) - 1 else (<const char *>name)[slash + 1:len(name)])


cdef int get_containername(Slot slot, Event event, State state) except -1:
    cdef bytes name = name_now(event, state)
    return 0 if name is None else give_path(slot, state.thread.container_id + b":" + name)


cdef int get_containerdirectory(Slot slot, Event event, State state) except -1:
    cdef bytes name = directory_now(event, state)
    return 0 if name is None else give_path(slot, state.thread.container_id + b":" + name)


cdef int get_realpath(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    return give_path(slot, fd.name) if fd is not None and fd.flags & (FD_REAL_NAME | FD_FROM_PROC) and is_path(fd) else 0


cdef int get_claimedpath(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    if fd is None:
        return give_path(slot, given_name(event, state, False)) if opens(event.today) else 0
    return give_path(slot, fd.name if fd.claim is None else fd.claim) if is_path(fd) and not fd.flags & FD_FROM_PROC else 0


cdef int get_is_doubtful(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    return 0 if fd is None else give_num(slot, (fd.flags & FD_DOUBTFUL) != 0)


cdef int get_otherpath(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    return 0 if fd is None or fd.aliases is None else give_path(slot, alias_now(fd, state))


FIELDS = (
    declare(
        "fd.name", "CHARBUF", get_name,
        "Path of a file, both ends of a connection, and so on; of a call that failed, what it asked for. A condition holds when it does for"
        " fd.realpath, fd.claimedpath or fd.otherpath.",
        {"example": "/etc/shadow", "spelled": True},
    ),
    declare(
        "fd.realpath", "CHARBUF", get_realpath, "Path of a file as the kernel knows it; missing where only the caller's spelling is known.",
        {"example": "/etc/shadow"},
    ),
    declare(
        "fd.claimedpath", "CHARBUF", get_claimedpath, "Path of a file as the caller spelled it, made absolute: symbolic links are not followed.",
        {"example": "/proc/self/root/etc/shadow"},
    ),
    declare(
        "fd.is_doubtful", "BOOL", get_is_doubtful,
        "Whether an opened file may be another than its names say: another thread took its descriptor away, or shared it, before the call had ended."
        " Captures of other writers never say so.",
        {"example": "true"},
    ),
    declare(
        "fd.otherpath", "CHARBUF", get_otherpath,
        "Another path of the same file: what it was before it was renamed, linked or mounted a second time, or what it is outside of a changed root.",
        {"example": "/etc/shadow", "spelled": True},
    ),
    declare(
        "fd.nameraw", "CHARBUF", get_nameraw, "Path of a file as the program wrote it, not made absolute.",
        {"example": "../etc/shadow", "dialects": "falco"},
    ),
    declare(
        "fd.directory", "CHARBUF", get_directory, "Directory that holds the file; a directory itself whole.", {"example": "/etc", "spelled": True}
    ),
    declare("fd.filename", "CHARBUF", get_filename, "Name of the file without its directory.", {"example": "shadow", "spelled": True}),
    declare(
        "fd.containername", "CHARBUF", get_containername, "Container id, a colon and fd.name.",
        {"example": "3ad7b26ded6d:/etc/shadow", "spelled": True},
    ),
    declare(
        "fd.containerdirectory", "CHARBUF", get_containerdirectory, "Container id, a colon and fd.directory.",
        {"example": "3ad7b26ded6d:/etc", "spelled": True},
    ),
)
