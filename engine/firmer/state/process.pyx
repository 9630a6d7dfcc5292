"""A process changes its place or its limits, or ends."""

from libc.stdint cimport int64_t, uint32_t, uint64_t

from firmer.event cimport Event, Span, int_or, span_text, span_uint, uint_or
from firmer.state.cgroups cimport resolve_container
from firmer.state.fd cimport Fd
from firmer.state.paths cimport join
from firmer.state.state cimport State
from firmer.state.thread cimport THREAD_CLOSED, Thread

cdef enum:
    PR_SET_CHILD_SUBREAPER = 36
    PR_GET_CHILD_SUBREAPER = 37
    RLIMIT_NOFILE = 7
    LATE_NS = 2000000000          # how late a parent's clone event may come after its child's exit
    MAX_EXITED = 4096


cdef int on_procexit(State state, Event event) except -1:
    """procexit: the thread goes when the next event begins."""
    cdef Thread thread = state.thread
    if thread is None:
        return 0
    thread.flags |= THREAD_CLOSED
    state.leaving_tid = thread.tid
    state.leaving = True
    if state.sysdig:
        return 0
    if thread.children:
        thread.reaper_tid = int_or(event.param(4), -1)
    if len(state.exited) >= MAX_EXITED:
        state.exited = {pair: ts for pair, ts in state.exited.items() if ts + LATE_NS > event.ts}
        if len(state.exited) >= MAX_EXITED:
            state.exited.clear()
            state.count("threads: exits remembered for late clones")
    state.exited[(thread.tid, thread.ptid)] = event.ts
    return 0


cdef int on_prctl(State state, Event event) except -1:
    """prctl: only what makes a process the reaper of its descendants' orphans."""
    cdef uint64_t option = uint_or(event.param(1), 0)
    if option != PR_SET_CHILD_SUBREAPER and option != PR_GET_CHILD_SUBREAPER:
        return 0
    if state.sysdig or state.thread is None or state.thread.group is None or int_or(event.param(0), -1) < 0:
        return 0
    state.thread.group.reaper = int_or(event.param(3), 0) != 0
    return 0


# -- where it is -------------------------------------------------------------------------------------------------------
cdef int set_cwd(State state, bytes path) except -1:
    cdef Thread leader = state.main_of(state.thread)
    if leader is None:
        return 0
    path = join(leader.cwd, path, state.sysdig)
    leader.cwd = path if path.endswith(b"/") else path + b"/"
    return 0


cdef int on_chdir(State state, Event event) except -1:
    """chdir, getcwd: the path is parameter 1."""
    if state.thread is not None and int_or(event.param(0), -1) >= 0:
        set_cwd(state, span_text(event.param(1)))
    return 0


cdef int on_fchdir(State state, Event event) except -1:
    if state.thread is not None and state.fd is not None and int_or(event.param(0), -1) >= 0:
        set_cwd(state, state.fd.name)
    return 0


cdef int on_chroot(State state, Event event) except -1:
    """chroot: the new root as the caller saw it; the container may be another."""
    cdef Thread thread = state.thread
    if thread is None or int_or(event.param(0), -1) != 0:
        return 0
    thread.root = join(state.cwd_of(thread), span_text(event.param(1)), state.sysdig)
    return resolve_container(state, thread)


cdef int on_setsid(State state, Event event) except -1:
    cdef int64_t result = int_or(event.param(0), -1)
    if state.thread is not None and result >= 0:
        state.thread.sid = result
    return 0


# -- what it may use, what it uses -------------------------------------------------------------------------------------
cdef int set_fdlimit(State state, Thread thread, Span value) except -1:
    cdef int64_t limit = int_or(value, -1)
    cdef Thread leader = None if thread is None else state.main_of(thread)
    if leader is not None and limit != -1:
        leader.fdlimit = limit
    return 0


cdef int on_limit(State state, Event event) except -1:
    """getrlimit, setrlimit."""
    cdef uint64_t resource
    if int_or(event.param(0), -1) < 0:
        return 0
    if span_uint(event.param(3), &resource) and resource == RLIMIT_NOFILE:
        set_fdlimit(state, state.thread, event.param(1))
    return 0


cdef int on_prlimit(State state, Event event) except -1:
    cdef uint64_t resource
    cdef int64_t tid
    if int_or(event.param(0), -1) < 0:
        return 0
    if span_uint(event.param(6), &resource) and resource == RLIMIT_NOFILE:
        tid = int_or(event.param(5), 0)
        set_fdlimit(state, state.get(tid) if tid else state.thread, event.param(1))
    return 0


cdef int on_memory(State state, Event event) except -1:
    """brk, mmap, munmap: how much memory the thread has now."""
    cdef Thread thread = state.thread
    cdef uint64_t value
    if thread is None:
        return 0
    if span_uint(event.param(1), &value):
        thread.vmsize_kb = <uint32_t>value
    if span_uint(event.param(2), &value):
        thread.vmrss_kb = <uint32_t>value
    if span_uint(event.param(3), &value):
        thread.vmswap_kb = <uint32_t>value
    return 0


cdef int on_switch(State state, Event event) except -1:
    """switch: faults of the thread, memory of its process."""
    cdef Thread thread = state.thread, leader
    cdef uint64_t value
    if thread is None:
        return 0
    if span_uint(event.param(1), &value):
        thread.pfmajor = value
    if span_uint(event.param(2), &value):
        thread.pfminor = value
    leader = state.main_of(thread)
    if leader is None:
        return 0
    if span_uint(event.param(3), &value):
        leader.vmsize_kb = <uint32_t>value
    if span_uint(event.param(4), &value):
        leader.vmrss_kb = <uint32_t>value
    if span_uint(event.param(5), &value):
        leader.vmswap_kb = <uint32_t>value
    return 0
