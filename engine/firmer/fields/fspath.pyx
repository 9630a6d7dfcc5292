"""fs.path.*: the paths that a call on the file system works on, whatever its arguments are called."""

from libc.stdint cimport int64_t

from firmer.event cimport Event, Span, int_or, span_int, span_text
from firmer.fields.fd cimport alias_now
from firmer.fields.registry cimport declare
from firmer.fields.slot cimport Slot, give_text
from firmer.state.fd cimport Fd
from firmer.state.paths cimport join
from firmer.state.state cimport BY_ALIAS, BY_CLAIM, BY_NAME, State

# How a path is told.
cdef enum:
    BY_CWD = -1               # relative to the working directory
    BY_FD = -2                # no path at all: the name of a descriptor
    BY_OPENED = -3            # of the descriptor that the call made

cdef enum:
    AT_FDCWD = -100

# Today's event type -> (slot of the path, slot of its directory's descriptor or one of the above).
cdef dict NAMES = {
    3: (1, BY_CWD),           # open
    307: (2, BY_OPENED),      # openat
    327: (2, BY_OPENED),      # openat2
    277: (1, BY_CWD),         # mkdir
    305: (2, 1),              # mkdirat
    279: (1, BY_CWD),         # rmdir
    301: (1, BY_CWD),         # unlink
    303: (2, 1),              # unlinkat
    315: (1, BY_CWD),         # chmod
    313: (2, 1),              # fchmodat
    317: (1, BY_FD),          # fchmod
    379: (1, BY_CWD),         # chown
    381: (1, BY_CWD),         # lchown
    383: (1, BY_FD),          # fchown
    385: (2, 1),              # fchownat
    191: (1, BY_CWD),         # quotactl
    259: (1, BY_CWD),         # umount of old
    387: (1, BY_CWD),         # umount
    391: (1, BY_CWD),         # umount2
}
# Links: the source is what is made, the target what it leads to.
cdef dict SOURCES = {
    175: (1, BY_CWD),         # rename
    177: (2, 1),              # renameat
    319: (2, 1),              # renameat2
    309: (2, BY_CWD),         # link
    311: (4, 3),              # linkat
    179: (2, BY_CWD),         # symlink
    181: (3, 2),              # symlinkat
    257: (1, BY_CWD),         # mount
}
cdef dict TARGETS = {
    175: (2, BY_CWD), 177: (4, 3), 319: (4, 3), 309: (1, BY_CWD), 311: (2, 1), 179: (1, BY_CWD), 181: (1, BY_CWD), 257: (2, BY_CWD),
}


cdef bytes path_of(Event event, State state, dict places, bint raw):
    """The path, as it was passed or as it is; None for calls without one and for those that failed."""
    cdef int path_at, dir_at
    cdef int64_t number
    cdef Span span
    cdef bytes path, base = None
    cdef Fd fd
    place = places.get(event.today)
    if place is None:
        return None
    path_at, dir_at = place
    if event.today == 3 or dir_at == BY_OPENED:
        if state.fd_num == -1:
            return None
    elif int_or(event.param(0), -1) != 0:
        return None
    if state.spelling != BY_NAME and state.fd is not None and (event.today == 3 or dir_at == BY_OPENED):
        fd = state.fd
        if state.spelling == BY_CLAIM and fd.claim is not None:
            return fd.raw_name if raw else fd.claim
        if state.spelling >= BY_ALIAS and fd.aliases is not None:
            return alias_now(fd, state)
    span = event.param(path_at)
    if dir_at == BY_FD:
        if state.thread is None or not span_int(span, &number):
            return None
        fd = state.fd_of(state.thread, number)
        return None if fd is None else fd.name
    if span.size == 0:
        return None
    path = span_text(span)
    if raw:
        return path
    if path.startswith(b"/"):
        return join(b"", path, False)
    if dir_at == BY_OPENED:
        return state.fd.name if state.fd is not None else join(b"<UNKNOWN>", path, False)
    if dir_at == BY_CWD:
        return join(b"" if state.thread is None else state.cwd_of(state.thread), path, False)
    # Falco looks for the directory among the open descriptors, so that a path below AT_FDCWD is not resolved; renameat2 alone does
    if state.thread is not None and span_int(event.param(dir_at), &number) and (number != AT_FDCWD or event.today == 319):
        base = state.dir_of(state.thread, number)
    return join(b"<UNKNOWN>" if base is None else base, path, False)


cdef int get_name(Slot slot, Event event, State state) except -1:
    return give_text(slot, path_of(event, state, NAMES, False))


cdef int get_nameraw(Slot slot, Event event, State state) except -1:
    return give_text(slot, path_of(event, state, NAMES, True))


cdef int get_source(Slot slot, Event event, State state) except -1:
    return give_text(slot, path_of(event, state, SOURCES, False))


cdef int get_sourceraw(Slot slot, Event event, State state) except -1:
    return give_text(slot, path_of(event, state, SOURCES, True))


cdef int get_target(Slot slot, Event event, State state) except -1:
    return give_text(slot, path_of(event, state, TARGETS, False))


cdef int get_targetraw(Slot slot, Event event, State state) except -1:
    return give_text(slot, path_of(event, state, TARGETS, True))


cdef dict PATH = {"example": "/etc/passwd", "dialects": "falco"}

FIELDS = (
    declare("fs.path.name", "CHARBUF", get_name, "Path that a call which names one works on.", PATH | {"spelled": True}),
    declare("fs.path.nameraw", "CHARBUF", get_nameraw, "That path as the caller wrote it.", PATH | {"spelled": True}),
    declare("fs.path.source", "CHARBUF", get_source, "Path that is renamed, or the link that is made.", PATH),
    declare("fs.path.sourceraw", "CHARBUF", get_sourceraw, "That path as the caller wrote it.", PATH),
    declare("fs.path.target", "CHARBUF", get_target, "New path, or what the link leads to.", PATH),
    declare("fs.path.targetraw", "CHARBUF", get_targetraw, "That path as the caller wrote it.", PATH),
)
