"""clone, fork, vfork, clone3: new threads.

The call returns twice, so there are two exit events of which either may come first or be lost: the parent's, whose result is the
child, and the child's, whose result is 0. Whichever comes first makes the thread.
"""

from libc.stdint cimport int64_t, uint32_t, uint64_t

from firmer.event cimport Event, Span, int_or, span_bytes, span_text, uint_or
from firmer.state.cgroups cimport resolve_container
from firmer.state.state cimport State
from firmer.state.thread cimport (
    CHILD_IN_PIDNS, CLONE_FILES, CLONE_INVERTED, CLONE_NEWPID, CLONE_PARENT, CLONE_THREAD, CLONE_VFORK, MAIN_THREAD, THREAD_ACTIVE, Thread,
    new_thread,
)
from firmer.state.tree cimport enter_tree, link_parent, remove_thread, set_parent

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_SYSCALL_VFORK_20_X

cdef enum:
    STALE_NS = 2000000000             # a thread of that age under the child's tid is one whose exit was lost
    MAX_EXITED = 4096

# slots of today's exits
cdef enum:
    EXE = 1
    ARGS = 2
    TID = 3
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
    FLAGS = 15
    UID = 16
    GID = 17
    VTID = 18
    VPID = 19
    PIDNS_START = 20


cdef int on_clone(State state, Event event) except -1:
    cdef int64_t result = int_or(event.param(0), -1)
    if result < 0:
        return 0
    if state.sysdig:
        return sysdig_parent(state, event, result) if result > 0 else sysdig_child(state, event)
    return parent_side(state, event, result) if result > 0 else child_side(state, event)


# -- what both dialects share ------------------------------------------------------------------------------------------
cdef int inherit(Thread child, Thread parent, bint leader, bint sysdig) except -1:
    """What a new thread has from the one that made it."""
    child.comm = parent.comm
    child.exe = parent.exe
    child.exepath = parent.exepath
    child.exe_writable = parent.exe_writable
    child.exe_upper_layer = parent.exe_upper_layer
    child.exe_lower_layer = parent.exe_lower_layer
    child.exe_from_memfd = parent.exe_from_memfd
    child.exe_ino = parent.exe_ino
    child.exe_ino_ctime = parent.exe_ino_ctime
    child.exe_ino_mtime = parent.exe_ino_mtime
    child.exec_ts = parent.exec_ts
    child.cap_inheritable = parent.cap_inheritable
    child.cap_permitted = parent.cap_permitted
    child.cap_effective = parent.cap_effective
    child.args = parent.args
    child.root = parent.root
    child.sid = parent.sid
    child.vpgid = parent.vpgid
    child.pgid = parent.pgid
    child.tty = parent.tty
    child.loginuid = parent.loginuid
    if leader:
        child.env = parent.env
    if not sysdig:
        child.cgroups = parent.cgroups
        child.container_id = parent.container_id
    return 0


cdef int take_event(State state, Thread child, Event event) except -1:
    """What the event says of the new thread goes over what it inherited."""
    cdef Span span = event.param(EXE)
    child.exe = span_text(span)
    child.args = span_bytes(event.param(ARGS))
    span = event.param(COMM)
    child.comm = span_text(span) if span.size else child.exe
    child.fdlimit = int_or(event.param(FDLIMIT), -1)
    child.pfmajor = uint_or(event.param(PGFT_MAJ), 0)
    child.pfminor = uint_or(event.param(PGFT_MIN), 0)
    child.vmsize_kb = <uint32_t>uint_or(event.param(VM_SIZE), 0)
    child.vmrss_kb = <uint32_t>uint_or(event.param(VM_RSS), 0)
    child.vmswap_kb = <uint32_t>uint_or(event.param(VM_SWAP), 0)
    child.uid = <uint32_t>uint_or(event.param(UID), 0)
    child.gid = <uint32_t>uint_or(event.param(GID), 0)
    span = event.param(CGROUPS)
    if span.size:
        child.cgroups = span_bytes(span)
        resolve_container(state, child)
    child.clone_ts = event.ts
    return 0


cdef int copy_table(State state, Thread child, Thread parent) except -1:
    table = state.fds_of(parent)
    if table is not None:
        child.fds = table.copy()
    child.cwd = state.cwd_of(parent)
    return 0


cdef bint inside(Event event, uint32_t flags) noexcept:
    """Whether the ids of the event are those of a pid namespace other than the host's."""
    cdef int64_t vtid = int_or(event.param(VTID), event.tid)
    return flags & CHILD_IN_PIDNS or vtid != event.tid


# -- sysdig 0.29.3 -----------------------------------------------------------------------------------------------------
cdef int sysdig_parent(State state, Event event, int64_t tid) except -1:
    cdef uint32_t flags = <uint32_t>uint_or(event.param(FLAGS), 0)
    cdef Thread old
    if inside(event, flags):
        return 0
    old = state.get(tid)
    if old is not None:
        if old.flags & CLONE_INVERTED:
            return 0
        remove_thread(state, old, True)
    sysdig_make(state, event, tid, event.tid, flags)
    state.thread = state.get(event.tid)
    return 0


cdef int sysdig_child(State state, Event event) except -1:
    cdef uint32_t flags = <uint32_t>uint_or(event.param(FLAGS), 0)
    cdef Thread old = state.get(event.tid)
    if old is not None and old.clone_ts + STALE_NS < event.ts:
        remove_thread(state, old, True)
        old = state.get(event.tid)
    if old is not None:
        if inside(event, flags):
            old.vtid = int_or(event.param(VTID), event.tid)
            old.vpid = int_or(event.param(VPID), -1)
        state.thread = old
        return 0
    sysdig_make(state, event, event.tid, int_or(event.param(PID if flags & CLONE_THREAD else PTID), -1), flags | CLONE_INVERTED)
    state.thread = state.get(event.tid)
    return 0


cdef int sysdig_make(State state, Event event, int64_t tid, int64_t parent_tid, uint32_t flags) except -1:
    cdef Thread parent = state.get(parent_tid), child
    cdef bint leader = not flags & CLONE_THREAD
    if parent is None:
        parent = state.placeholder(parent_tid)
    child = new_thread(tid, tid if leader else int_or(event.param(PID), -1), parent_tid)
    child.loginuid = 0         # sysdig's start value; today's is "not set"
    child.flags = flags | THREAD_ACTIVE
    child.maker = parent_tid
    child.vtid, child.vpid = tid, child.pid
    if parent is not None:
        if parent.placeholder:
            parent.exe = span_text(event.param(EXE))
            parent.args = span_bytes(event.param(ARGS))
            parent.comm = span_text(event.param(COMM)) if event.param(COMM).size else parent.exe
            parent.placeholder = False
        else:
            inherit(child, parent, leader, True)
        if leader:
            copy_table(state, child, parent)
    take_event(state, child, event)
    if inside(event, flags):
        child.vtid = int_or(event.param(VTID), tid)
        child.vpid = int_or(event.param(VPID), -1)
    if state.add(child):
        enter_tree(state, child, True)
    return 0


# -- today -------------------------------------------------------------------------------------------------------------
cdef int repair(State state, Thread thread, Event event) except -1:
    """A thread that was only a placeholder learns its place from the event."""
    if thread.valid():
        return 0
    thread.pid = int_or(event.param(PID), -1)
    thread.ptid = thread.told_ptid = int_or(event.param(PTID), -1)
    thread.vtid = int_or(event.param(VTID), thread.tid)
    thread.vpid = int_or(event.param(VPID), -1)
    enter_tree(state, thread, True)
    return link_parent(state, thread)


cdef bint left_lately(State state, int64_t tid, int64_t ptid, uint64_t ts) except -1:
    """Whether the child exited within the last two seconds: its parent's event comes late."""
    found = state.exited.get((tid, ptid))
    return found is not None and <uint64_t>found + STALE_NS > ts


cdef int parent_side(State state, Event event, int64_t tid) except -1:
    cdef uint32_t flags = <uint32_t>uint_or(event.param(FLAGS), 0)
    cdef Thread parent = state.thread, old, child
    cdef bint leader = not flags & CLONE_THREAD
    if parent is None:
        parent = state.placeholder(event.tid)
        state.thread = parent
        if parent is None:
            return 0
    repair(state, parent, event)
    if flags & (CHILD_IN_PIDNS | CLONE_NEWPID | CLONE_PARENT | CLONE_VFORK) or event.tid != int_or(event.param(VTID), event.tid) \
            or event.fold.type == PPME_SYSCALL_VFORK_20_X or left_lately(state, tid, event.tid, event.ts):
        return 0
    old = state.get(tid)
    if old is not None:
        if old.flags & CLONE_INVERTED:
            return 0
        remove_thread(state, old, True)
    child = new_thread(tid, tid if leader else parent.pid, parent.tid if leader else parent.ptid)
    child.vtid, child.vpid = tid, child.pid
    return make(state, event, child, parent, flags, leader)


cdef int child_side(State state, Event event) except -1:
    cdef uint32_t flags = <uint32_t>uint_or(event.param(FLAGS), 0)
    cdef Thread old = state.get(event.tid), source
    cdef Thread child
    cdef bint leader = not flags & CLONE_THREAD
    if old is not None:
        if old.clone_ts + STALE_NS > event.ts:
            state.thread = old
            return 0
        remove_thread(state, old, True)
    child = new_thread(event.tid, int_or(event.param(PID), event.tid), int_or(event.param(PTID), -1))
    child.vtid = int_or(event.param(VTID), event.tid)
    child.vpid = int_or(event.param(VPID), -1)
    leader = child.tid == child.pid
    source = state.get(child.ptid if leader else child.pid)
    if not leader and (source is None or not source.valid()):
        source = leader_of(state, child, event, source)
    make(state, event, child, source, flags | CLONE_INVERTED, leader)
    state.thread = state.get(event.tid)
    return 0


cdef Thread leader_of(State state, Thread child, Event event, Thread known):
    """An unknown leader of a new thread (its own start was not seen): it is in the same process, so the thread's event tells of it."""
    cdef Thread leader = known if known is not None else state.placeholder(child.pid)
    if leader is None:
        return None
    leader.pid = child.pid
    leader.ptid = leader.told_ptid = child.ptid
    leader.vtid = leader.vpid = child.vpid
    leader.exe = span_text(event.param(EXE))
    leader.args = span_bytes(event.param(ARGS))
    leader.comm = span_text(event.param(COMM)) if event.param(COMM).size else leader.exe
    leader.placeholder = False
    enter_tree(state, leader, True)
    link_parent(state, leader)
    return leader


cdef int make(State state, Event event, Thread child, Thread source, uint32_t flags, bint leader) except -1:
    """The new thread, with what `source` hands down."""
    child.flags = flags | THREAD_ACTIVE
    child.maker = event.tid
    if not leader:
        child.flags |= CLONE_FILES
    if source is not None:
        inherit(child, source, leader, False)
        if leader and source.valid():
            copy_table(state, child, source)
        child.pidns_init_start_ts = source.pidns_init_start_ts
    take_event(state, child, event)
    pidns_start(state, child, event)
    if state.add(child):
        enter_tree(state, child, True)
        link_parent(state, child)
    return 0


cdef int pidns_start(State state, Thread child, Event event) except -1:
    """When the first process of its pid namespace began."""
    cdef uint64_t boot = 0 if state.machine is None else state.machine.boot_ts_ns
    if child.tid != child.vtid or child.flags & (CHILD_IN_PIDNS | CLONE_NEWPID):
        child.pidns_init_start_ts = uint_or(event.param(PIDNS_START), 0) + boot
    else:
        child.pidns_init_start_ts = boot
    return 0
