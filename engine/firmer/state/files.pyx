"""Files: what opening them puts into the table."""

from libc.stdint cimport int64_t, uint64_t

from firmer.event cimport Event, Span, int_or, span_bytes, span_text, uint_or
from firmer.events.fdtype cimport FD_DIRECTORY, FD_FILE, FD_MEMFD
from firmer.events.table cimport event_table
from firmer.state.aliases cimport aliases_of
from firmer.state.fd cimport FD_DOUBTFUL, FD_HAS_DEV, FD_LOWER_LAYER, FD_REAL_NAME, FD_UPPER_LAYER, Fd, new_fd
from firmer.state.paths cimport join
from firmer.state.spellings cimport Spellings
from firmer.state.state cimport PATHS_CLAIMED, PATHS_NOTED, PATHS_TOLD, State
from firmer.state.thread cimport Thread

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_SYSCALL_OPEN_X, PPME_SYSCALL_CREAT_X, PPME_SYSCALL_OPENAT_2_X, PPME_SYSCALL_OPENAT2_X, PPME_SYSCALL_OPEN_BY_HANDLE_AT_X
        PPME_SYSCALL_MOUNT_X

cdef enum:
    AT_FDCWD = -100
    O_DIRECTORY = 1 << 10
    O_CLOEXEC = 1 << 12
    O_F_CREATED = 1 << 14             # this and the bits above it are known at the exit only
    FILE_UPPER_LAYER = 1 << 15
    FILE_LOWER_LAYER = 1 << 16
    CREAT_UPPER_LAYER = 1 << 0
    CREAT_LOWER_LAYER = 1 << 1
    MFD_CLOEXEC = 1 << 0
    SHARED = 1 << 0                   # behind the end of a spelling: somebody had the file before its call was over
    ELSEWHERE = 1 << 1                # other paths of the file follow
    MOST_ELSEWHERE = 2


# slots of today's exits; -1: no such parameter
ctypedef struct Slots:
    int dirfd
    int name
    int flags
    int dev
    int ino
    int enter_name                    # slot of the name in the enter event; its dirfd stands before it, its flags behind it

cdef Slots OPEN_SLOTS = Slots(-1, 1, 2, 4, 5, 0)
cdef Slots CREAT_SLOTS = Slots(-1, 1, -1, 3, 4, 0)
cdef Slots OPENAT_SLOTS = Slots(1, 2, 3, 5, 6, 1)
cdef Slots OPENAT2_SLOTS = Slots(1, 2, 3, 6, 7, 1)
cdef Slots BY_HANDLE_SLOTS = Slots(-1, 3, 2, 4, 5, -1)

cdef bytes UNKNOWN = b"<UNKNOWN>"


cdef Slots *slots_of(int kind) noexcept:
    if kind == PPME_SYSCALL_OPEN_X:
        return &OPEN_SLOTS
    if kind == PPME_SYSCALL_CREAT_X:
        return &CREAT_SLOTS
    if kind == PPME_SYSCALL_OPENAT2_X:
        return &OPENAT2_SLOTS
    if kind == PPME_SYSCALL_OPEN_BY_HANDLE_AT_X:
        return &BY_HANDLE_SLOTS
    return &OPENAT_SLOTS


cdef bytes base_of(State state, bytes name, long long dirfd):
    """What a name given to an `…at` call is relative to."""
    cdef bytes base
    if name.startswith(b"/"):
        return b"."
    base = state.dir_of(state.thread, dirfd)
    return UNKNOWN if base is None else base


cdef bint given(State state, bytes name):
    """Whether the enter event could read the name; a writer that could not says so in place of it."""
    return len(name) > 0 and name != (b"(NULL)" if state.sysdig else b"<NA>")


cdef int on_open(State state, Event event) except -1:
    """open, creat, openat, openat2, open_by_handle_at: the new descriptor, named by its full path."""
    cdef int64_t number = int_or(event.param(0), -1), dirfd
    cdef Slots *slots
    cdef uint64_t flags, extra
    cdef Event enter = event.enter
    cdef bytes name, entered, claim, told, more = b""
    cdef list elsewhere = None
    cdef Fd fd
    if state.thread is None or number < 0:
        state.fd = None
        return 0
    if state.sysdig and enter is None and event.fold.enter >= 0:
        return 0
    slots = slots_of(event.fold.type)
    name = span_text(event.param(slots.name))
    flags = uint_or(event.param(slots.flags), 0)
    dirfd = int_or(event.param(slots.dirfd), AT_FDCWD)
    # firmer's probe names the file by the kernel's path, and adds the caller's spelling where it is another; 0.29.3 steps over that
    told = addition_of(state, event) if state.complete else None
    claim = told
    if told:
        claim, _, more = told.partition(b"\0")
    if enter is not None and claim is None and event.fold.enter < 0 and slots.enter_name >= 0:
        entered = span_text(enter.raw(slots.enter_name))
        if given(state, entered):
            name = entered
            if slots.flags >= 0:
                extra = 0 if state.sysdig else flags & ~<uint64_t>(O_F_CREATED - 1)
                flags = uint_or(enter.raw(slots.enter_name + 1), 0) | extra
            if slots.dirfd >= 0:
                dirfd = int_or(enter.raw(0), AT_FDCWD)
    fd = new_fd(FD_DIRECTORY if flags & O_DIRECTORY else FD_FILE)
    if slots.name == 3:
        fd.name = join(b"", name, state.sysdig)
    else:
        fd.name = join(base_of(state, name, dirfd) if slots.dirfd >= 0 else state.cwd_of(state.thread), name, state.sysdig)
    fd.raw_name = name
    fd.open_flags = <unsigned int>flags
    fd.dev = <unsigned int>uint_or(event.param(slots.dev), 0)
    fd.ino = uint_or(event.param(slots.ino), 0)
    fd.flags = FD_HAS_DEV | layers(event, flags)
    if claim is not None:
        fd.flags |= FD_REAL_NAME
    if more[0] & SHARED if more else told is None and state.kernel_paths != PATHS_CLAIMED:
        fd.flags |= FD_DOUBTFUL
    if more and more[0] & ELSEWHERE:
        elsewhere = more[1:].split(b"\0", MOST_ELSEWHERE)[:MOST_ELSEWHERE]
    if claim:
        fd.raw_name = claim
        fd.claim = join(base_of(state, claim, dirfd) if slots.dirfd >= 0 else state.cwd_of(state.thread), claim, state.sysdig)
        if fd.claim == fd.name:
            fd.claim = None
    if claim is not None:
        fd.aliases = aliases_of(state, fd, elsewhere)
    state.put_fd(number, fd)
    if claim is not None:
        note_spelling(state, fd, event.ts)
    return 0


cdef int note_spelling(State state, Fd fd, uint64_t ts) except -1:
    cdef Thread leader = state.main_of(state.thread)
    if leader is None or (leader.spellings is None and fd.claim is None):
        return 0
    if leader.spellings is None:
        leader.spellings = Spellings.__new__(Spellings)
    if leader.spellings.note(fd, ts):
        state.races = leader.spellings.races
    return 0


cdef bytes addition_of(State state, Event event):
    """What firmer's probe tells beyond the table's parameters, live behind them, in captures in a notice before; None: another writer's event."""
    cdef Span addition = event.raw(event_table[event.type].nparams)
    cdef bytes told = b"" if state.kernel_paths == PATHS_NOTED else None
    if addition.at != NULL:
        if event.type != PPME_SYSCALL_MOUNT_X:
            state.kernel_paths = PATHS_TOLD
        return span_bytes(addition)
    if state.additions:
        told = state.additions.pop(event.tid, told)
    return told


cdef unsigned int layers(Event event, uint64_t flags) noexcept:
    """In which layer of an overlay the file was opened."""
    cdef unsigned int found = 0
    if event.fold.type == PPME_SYSCALL_CREAT_X:
        flags = uint_or(event.param(5), 0)
        if flags & CREAT_UPPER_LAYER:
            found |= FD_UPPER_LAYER
        if flags & CREAT_LOWER_LAYER:
            found |= FD_LOWER_LAYER
        return found
    if flags & FILE_UPPER_LAYER:
        found |= FD_UPPER_LAYER
    if flags & FILE_LOWER_LAYER:
        found |= FD_LOWER_LAYER
    return found


cdef int on_memfd_create(State state, Event event) except -1:
    """memfd_create: a file without a path."""
    cdef int64_t number = int_or(event.param(0), -1)
    cdef Fd fd = new_fd(FD_MEMFD, span_text(event.param(1)))
    fd.raw_name = fd.name
    if uint_or(event.param(2), 0) & MFD_CLOEXEC:
        fd.open_flags = O_CLOEXEC
    state.put_fd(number, fd)
    return 0
