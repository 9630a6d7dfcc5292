"""execve, execveat: a new program in a thread."""

from libc.stdint cimport int64_t, uint32_t, uint64_t

from firmer.event cimport Event, Span, int_or, span_bytes, span_text, uint_or
from firmer.state.cgroups cimport resolve_container
from firmer.state.fd cimport Fd, FdTable
from firmer.state.files cimport base_of
from firmer.state.paths cimport join
from firmer.state.state cimport State
from firmer.state.thread cimport CLONE_FILES, CLONE_INVERTED, MAIN_THREAD, NAME_CHANGED, PIPE_DST, PIPE_SRC, THREAD_ACTIVE, Thread
from firmer.state.tree cimport enter_tree, link_parent, remove_others, revive

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_SYSCALL_EXECVE_19_E, PPME_SYSCALL_EXECVE_18_E, PPME_SYSCALL_EXECVEAT_E, PPME_SYSCALL_EXECVE_16_X, PPME_SYSCALL_EXECVE_15_X

cdef enum:
    AT_EMPTY_PATH = 1 << 0            # PPM value
    O_CLOEXEC = 1 << 12
    WRITABLE = 1 << 0
    UPPER_LAYER = 1 << 1
    FROM_MEMFD = 1 << 2
    LOWER_LAYER = 1 << 3

# slots of today's exits
cdef enum:
    EXE = 1
    ARGS = 2
    PID = 4
    PTID = 5
    FDLIMIT = 7
    PGFT_MAJ = 8
    PGFT_MIN = 9
    VM_SIZE = 10
    VM_RSS = 11
    VM_SWAP = 12
    COMM = 13
    CGROUPS = 14
    ENV = 15
    TTY = 16
    VPGID = 17
    LOGINUID = 18
    FLAGS = 19
    CAP_INHERITABLE = 20
    CAP_PERMITTED = 21
    CAP_EFFECTIVE = 22
    EXE_INO = 23
    EXE_INO_CTIME = 24
    EXE_INO_MTIME = 25
    UID = 26
    TRUSTED_PATH = 27
    PGID = 28
    GID = 29

cdef bytes NOT_READ = b"<NA>"
cdef bytes DELETED = b" (deleted)"


cdef int on_execve(State state, Event event) except -1:
    cdef Thread thread = state.thread
    cdef int64_t number
    cdef Span span
    if thread is None or int_or(event.param(0), -1) < 0:
        return 0
    thread.exe = span_text(event.param(EXE))
    thread.args = span_bytes(event.param(ARGS))
    span = event.param(COMM)
    thread.comm = span_text(span) if span.size else thread.exe
    place(state, thread, event)
    take_numbers(thread, event, state.sysdig)
    span = event.param(CGROUPS)
    if span.size:
        thread.cgroups = span_bytes(span)
        resolve_container(state, thread)
    span = event.param(ENV)
    if span.at != NULL:
        thread.env = span_bytes(span)
    path = new_exepath(state, thread, event)
    if path is not None:
        thread.exepath = path
    thread.flags = thread.flags & (PIPE_SRC | PIPE_DST | MAIN_THREAD | CLONE_INVERTED) | THREAD_ACTIVE | NAME_CHANGED
    thread.exec_ts = event.ts
    thread.placeholder = False
    if not state.sysdig:
        drop_cloexec(thread)
        revive(state, thread)
        remove_others(state, thread)
    return 0


cdef int place(State state, Thread thread, Event event) except -1:
    """Ids of a thread that was only a placeholder."""
    if state.sysdig:
        if thread.ptid == -1:
            thread.ptid = int_or(event.param(PTID), -1)
        return 0
    if thread.valid():
        return 0
    thread.pid = int_or(event.param(PID), thread.pid)
    thread.ptid = thread.told_ptid = int_or(event.param(PTID), -1)
    thread.vtid = thread.tid
    thread.vpid = thread.pid
    enter_tree(state, thread, True)
    return link_parent(state, thread)


cdef int take_numbers(Thread thread, Event event, bint sysdig) except -1:
    cdef uint64_t flags
    thread.fdlimit = int_or(event.param(FDLIMIT), -1)
    thread.pfmajor = uint_or(event.param(PGFT_MAJ), 0)
    thread.pfminor = uint_or(event.param(PGFT_MIN), 0)
    thread.vmsize_kb = <uint32_t>uint_or(event.param(VM_SIZE), 0)
    thread.vmrss_kb = <uint32_t>uint_or(event.param(VM_RSS), 0)
    thread.vmswap_kb = <uint32_t>uint_or(event.param(VM_SWAP), 0)
    thread.tty = <uint32_t>uint_or(event.param(TTY), thread.tty)
    thread.vpgid = int_or(event.param(VPGID), thread.vpgid)
    thread.loginuid = <uint32_t>uint_or(event.param(LOGINUID), thread.loginuid)
    flags = uint_or(event.param(FLAGS), 0)
    thread.exe_writable = flags & WRITABLE
    if sysdig:
        return 0
    thread.exe_upper_layer = flags & UPPER_LAYER
    thread.exe_from_memfd = flags & FROM_MEMFD
    thread.exe_lower_layer = flags & LOWER_LAYER
    thread.cap_inheritable = uint_or(event.param(CAP_INHERITABLE), thread.cap_inheritable)
    thread.cap_permitted = uint_or(event.param(CAP_PERMITTED), thread.cap_permitted)
    thread.cap_effective = uint_or(event.param(CAP_EFFECTIVE), thread.cap_effective)
    thread.exe_ino = uint_or(event.param(EXE_INO), 0)
    thread.exe_ino_ctime = uint_or(event.param(EXE_INO_CTIME), 0)
    thread.exe_ino_mtime = uint_or(event.param(EXE_INO_MTIME), 0)
    thread.uid = <uint32_t>uint_or(event.param(UID), thread.uid)
    thread.gid = <uint32_t>uint_or(event.param(GID), thread.gid)
    thread.pgid = int_or(event.param(PGID), -1)
    return 0


cdef bytes new_exepath(State state, Thread thread, Event event):
    """Path of the program; None where nothing tells it."""
    cdef Event enter = event.enter if event.enter is not None else thread.pending
    cdef bytes path
    if state.complete:
        path = span_text(event.param(TRUSTED_PATH))
        if path:
            return path[:-len(DELETED)] if path.endswith(DELETED) else path
    if enter is None:
        return None
    if enter.fold.type == PPME_SYSCALL_EXECVE_19_E and enter.nparams > 0:
        path = span_text(enter.raw(0))
        if not path and not state.sysdig:
            return None
        return path if path == NOT_READ else join(state.cwd_of(thread), path, state.sysdig)
    if enter.fold.type == PPME_SYSCALL_EXECVEAT_E:
        return path_at(state, thread, enter)
    return None


cdef bytes path_at(State state, Thread thread, Event enter):
    """execveat: relative to a directory, or the descriptor itself."""
    cdef int64_t dirfd = int_or(enter.raw(0), -1)
    cdef bytes path = span_text(enter.raw(1)), base
    cdef Fd fd
    if path == NOT_READ:
        return path
    if not path and uint_or(enter.raw(2), 0) & AT_EMPTY_PATH:
        fd = state.fd_of(thread, dirfd)
        if fd is None:
            return NOT_READ if not state.sysdig else b"<UNKNOWN>"
        return fd.name
    base = base_of(state, path, dirfd)
    if base == b"<UNKNOWN>" and not state.sysdig:
        return NOT_READ
    return join(base, path, state.sysdig)


cdef int drop_cloexec(Thread thread) except -1:
    """Descriptors that do not outlive an execve."""
    cdef FdTable table = thread.fds
    if table is None:
        return 0
    for number in table.numbers():
        if table.get(number).open_flags & O_CLOEXEC:
            table.remove(number)
    return 0
