"""Who descends from whom: the walks that fields about ancestors share.

A hostile capture can make somebody his own ancestor, so no walk goes further than MOST_GENERATIONS and none goes round twice.
"""

from firmer.state.thread cimport CHILD_IN_PIDNS

cdef enum:
    MOST_GENERATIONS = 1024   # the deepest real trees (nested shells, CI runners) have some dozens


cdef Thread parent_process(State state, Thread thread):
    """Leader of the parent process; None where it is not known. In sysdig the thread that this thread names as its parent."""
    if state.sysdig:
        return state.get(thread.ptid)
    thread = state.main_of(thread)
    return None if thread is None else state.parent_of(thread)


cdef Thread ancestor(State state, Thread thread, int64_t generations):
    """The ancestor so many generations up; 0 is the process itself. None beyond the eldest that is known."""
    cdef Thread up = state.main_of(thread)
    if generations > MOST_GENERATIONS:
        return None
    while generations > 0 and up is not None:
        up = state.get(up.ptid) if state.sysdig else state.parent_of(up)
        generations -= 1
    return up


cdef list ancestors(State state, Thread thread):
    """All ancestors of the process, the parent first, as threads name them; ends where the walk would come to a thread again."""
    cdef list found = []
    cdef Thread first = state.main_of(thread)
    cdef Thread mark, up
    cdef int64_t steps = 0, next_mark = 1
    if first is None:
        return found
    mark = first
    up = state.get(first.ptid)
    while up is not None and up is not mark and up is not first and steps < MOST_GENERATIONS:
        found.append(up)
        steps += 1
        # Brent: the mark moves up in ever longer strides, so that it comes to lie on the round, if there is one
        if steps == next_mark:
            mark = up
            next_mark *= 2
        up = state.get(up.ptid)
    return found


cdef bint in_pid_namespace(Thread thread) noexcept:
    """Whether the thread's ids as it sees them differ from the host's."""
    return (thread.flags & CHILD_IN_PIDNS) != 0 or (thread.vtid >= 0 and thread.vtid != thread.tid)
