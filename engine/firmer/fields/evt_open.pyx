"""evt.is_open_* and evt.abspath: the calls that open files, and those that name a path below a directory descriptor."""

from libc.stdint cimport int64_t, uint64_t

from firmer.event cimport Event, Span, int_or, span_int, span_text, uint_or
from firmer.fields.args cimport param_of
from firmer.fields.registry cimport declare
from firmer.fields.slot cimport Slot, give_num, give_text
from firmer.state.paths cimport join
from firmer.state.state cimport State

cdef enum:
    OPEN_X = 3
    CREAT_X = 59
    OPENAT_E = 102
    OPENAT_2_X = 307
    OPENAT2_X = 327
    OPEN_BY_HANDLE_AT_X = 337

# bits of file_flags
cdef enum:
    O_RDONLY = 1 << 0
    O_WRONLY = 1 << 1
    O_CREAT = 1 << 2
    O_TMPFILE = 1 << 13
    O_F_CREATED = 1 << 14
    EXECUTE_BITS = 0o111


cdef inline int kind_of(Event event, State state) noexcept:
    return event.type if state.sysdig else event.today


cdef int flags_at(Event event, State state) noexcept:
    """Which parameter holds the flags of an open; -1 for all other events."""
    cdef int kind = kind_of(event, state)
    if kind == OPENAT_2_X or kind == OPENAT2_X:
        return 3
    if kind == OPEN_X or (kind == OPENAT_E and state.sysdig) or (kind == OPEN_BY_HANDLE_AT_X and not state.sysdig):
        return 2
    return -1


cdef uint64_t open_flags(Event event, State state) noexcept:
    cdef int at = flags_at(event, state)
    return uint_or(param_of(event, state, at), 0) if at >= 0 else 0


cdef int get_is_open_read(Slot slot, Event event, State state) except -1:
    return give_num(slot, (open_flags(event, state) & O_RDONLY) != 0)


cdef int get_is_open_write(Slot slot, Event event, State state) except -1:
    return give_num(slot, (open_flags(event, state) & O_WRONLY) != 0)


cdef int get_is_open_exec(Slot slot, Event event, State state) except -1:
    """Whether the call makes a file that may be run."""
    cdef int kind = kind_of(event, state), mode = -1
    if kind == CREAT_X:
        mode = 2
    elif kind != OPENAT_E and kind != OPEN_BY_HANDLE_AT_X and open_flags(event, state) & (O_CREAT | O_TMPFILE):
        mode = flags_at(event, state) + 1
    return give_num(slot, mode >= 0 and (uint_or(param_of(event, state, mode), 0) & EXECUTE_BITS) != 0)


cdef int get_is_open_create(Slot slot, Event event, State state) except -1:
    cdef uint64_t bits
    bits = open_flags(event, state)
    return give_num(slot, (bits & O_F_CREATED) != 0 or ((bits & O_TMPFILE) != 0 and int_or(event.param(0), -1) >= 0))


# Where a call keeps its directory descriptors and paths: type, first directory, first path, second directory, second path.
cdef tuple TWO_DIRS = (
    (177, 1, 2, 3, 4),        # renameat
    (319, 1, 2, 3, 4),        # renameat2
    (311, 1, 2, 3, 4),        # linkat
    (181, 2, 3, -1, -1),      # symlinkat
    (303, 1, 2, -1, -1),      # unlinkat
    (305, 1, 2, -1, -1),      # mkdirat
    (307, 1, 2, -1, -1),      # openat
    (327, 1, 2, -1, -1),      # openat2
    (313, 1, 2, -1, -1),      # fchmodat
)
cdef tuple SYSDIG_DIRS = ((102, 0, 1, -1, -1), (106, 0, 1, 2, 3), (110, 0, 1, -1, -1))     # openat, linkat, unlinkat of old, at their entry
cdef tuple TODAY_DIRS = ((385, 1, 2, -1, -1), (337, 1, 3, -1, -1))                         # fchownat, open_by_handle_at
cdef dict today_places = {row[0]: row for row in TWO_DIRS + TODAY_DIRS}
cdef dict sysdig_places = {row[0]: row for row in TWO_DIRS + SYSDIG_DIRS}


cdef int get_abspath(Slot slot, Event event, State state) except -1:
    cdef int second = slot.argument == b"dst"
    cdef int64_t dirfd
    cdef Span span
    cdef bytes path, base = None
    places = (sysdig_places if state.sysdig else today_places).get(kind_of(event, state))
    if places is None or state.thread is None:
        return 0
    if places[2 + 2 * second] < 0:
        # calls with one path give it for .dst, too
        second = 0
    span = param_of(event, state, places[2 + 2 * second])
    if span.at == NULL or not span_int(param_of(event, state, places[1 + 2 * second]), &dirfd):
        return 0
    path = span_text(span)
    if not path.startswith(b"/"):
        base = state.dir_of(state.thread, dirfd)
    return give_text(slot, join(b"<UNKNOWN>/" if base is None else base, path, state.sysdig))


def _which(text: str) -> bytes:
    if text not in ("src", "dst"):
        raise ValueError("knows only .src and .dst")
    return text.encode()


FIELDS = (
    declare("evt.is_open_read", "BOOL", get_is_open_read, "Whether the call opens a file for reading."),
    declare("evt.is_open_write", "BOOL", get_is_open_write, "Whether the call opens a file for writing."),
    declare("evt.is_open_exec", "BOOL", get_is_open_exec, "Whether the call makes a file that may be run."),
    declare("evt.is_open_create", "BOOL", get_is_open_create, "Whether the call made the file.", {"dialects": "falco"}),
    declare(
        "evt.abspath", "CHARBUF", get_abspath, "Absolute path of a call that names it below a directory descriptor; .src or .dst of two.",
        {"argument": "optional", "parse_dotted": _which, "example": "/etc/passwd"},
    ),
)
