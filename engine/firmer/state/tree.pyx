"""The process tree: thread groups, parents and children, what happens to them when a thread leaves.

Today's dialect knows thread groups and gives orphans a new parent; sysdig's only counts, on each leader, the threads that it saw.
Both keep the group of each pid here, so that no question ever walks over all threads.
"""

from firmer.state.thread cimport CLONE_FILES, NAME_CHANGED, THREAD_CLOSED


cdef int enter_tree(State state, Thread thread, bint counted) except -1:
    """Take a thread that was added to the table into its group; `counted`: sysdig counts it as a thread of its leader."""
    cdef ThreadGroup group
    cdef Thread leader
    if not state.sysdig and not thread.valid():
        return 0
    found = state.thread_groups.get(thread.pid)
    if found is None:
        group = ThreadGroup.__new__(ThreadGroup)
        group.pid = thread.pid
        state.thread_groups[thread.pid] = group
    else:
        group = <ThreadGroup>found
    group.members[thread.tid] = thread
    thread.group = group
    if not thread.dead:
        group.alive += 1
    if state.sysdig:
        if not thread.is_leader():
            if counted:
                leader = state.main_of(thread)
                if leader is not None:
                    leader.nchilds += 1
                    leader.nthreads = leader.nchilds + 1
        return 0
    if not thread.is_leader():
        thread.flags |= CLONE_FILES
    if thread.pid == 1 or thread.vpid == 1:
        group.reaper = True
    recount(group)
    return 0


cdef int recount(ThreadGroup group) except -1:
    cdef Thread leader = first_of(group)
    if leader is not None:
        leader.nthreads = group.alive
        leader.nchilds = group.alive - (0 if leader.dead or not leader.is_leader() else 1)
    return 0


cdef Thread first_of(ThreadGroup group):
    """The leader, else any thread of the group."""
    found = group.members.get(group.pid)
    if found is not None:
        return <Thread>found
    for found in group.members.values():
        return <Thread>found
    return None


cdef int link_parent(State state, Thread thread) except -1:
    """Today's dialect: make it a child of the thread that its ptid names; without such a thread its ptid becomes 0."""
    cdef Thread parent
    if state.sysdig or thread.ptid < 0:
        return 0
    parent = state.get(thread.ptid) if thread.ptid > 0 and thread.ptid != thread.tid else None
    if parent is None or not parent.valid():
        thread.ptid = 0
    else:
        adopt(parent, thread)
    return 0


cdef int adopt(Thread parent, Thread child) except -1:
    if parent.children is None:
        parent.children = set()
    parent.children.add(child.tid)
    child.ptid = parent.tid
    return 0


cdef int set_parent(State state, Thread thread, int64_t ptid) except -1:
    """Move the thread under another parent."""
    cdef Thread old = state.get(thread.ptid) if thread.ptid > 0 else None
    if old is not None and old.children is not None:
        old.children.discard(thread.tid)
    thread.ptid = ptid
    return link_parent(state, thread)


cdef int drop(State state, Thread thread) except -1:
    """Out of the table, its group and its parent's children."""
    cdef ThreadGroup group = thread.group
    cdef Thread parent
    if group is not None:
        if not thread.dead:
            group.alive -= 1
        if group.members.pop(thread.tid, None) is not None and not group.members:
            state.thread_groups.pop(group.pid, None)
        thread.group = None
        if not state.sysdig:
            recount(group)
    parent = state.get(thread.ptid) if thread.ptid > 0 else None
    if parent is not None and parent.children is not None:
        parent.children.discard(thread.tid)
    thread.dead = True
    return state.forget(thread)


cdef int remove_thread(State state, Thread thread, bint forced) except -1:
    """What an exit, or the reuse of a tid, does to a thread."""
    if state.sysdig:
        return remove_counted(state, thread, forced)
    if thread.group is None:
        return drop(state, thread)
    cdef ThreadGroup group = thread.group
    cdef Thread leader
    if not thread.dead:
        thread.dead = True
        group.alive -= 1
        recount(group)
    if thread.children:
        orphan(state, thread)
    if group.alive <= 0:
        leader = first_of(group)
        for leader in list(group.members.values()):
            drop(state, leader)
    elif not thread.is_leader():
        drop(state, thread)
    return 0


cdef int remove_counted(State state, Thread thread, bint forced) except -1:
    """sysdig: a leader whose threads were not all seen to leave stays until they have."""
    cdef Thread leader
    if thread.nchilds > 0 and not forced:
        thread.flags |= THREAD_CLOSED
        return 0
    leader = None if thread.is_leader() else state.get(thread.pid)
    drop(state, thread)
    if leader is not None and leader.nchilds > 0:
        leader.nchilds -= 1
        leader.nthreads = leader.nchilds + 1
        if leader.nchilds == 0 and leader.flags & THREAD_CLOSED:
            drop(state, leader)
    return 0


cdef int orphan(State state, Thread thread) except -1:
    """Give the thread's children to whoever reaps them."""
    cdef Thread reaper = reaper_of(state, thread), child
    cdef set children = thread.children
    thread.children = None
    if reaper is not None and reaper.group is not thread.group and reaper.group is not None:
        reaper.group.reaper = True
    for tid in children:
        child = state.get(tid)
        if child is None or child is reaper:
            continue
        if reaper is None:
            child.ptid = 0
        else:
            adopt(reaper, child)
    return 0


cdef Thread living(ThreadGroup group, Thread but):
    cdef Thread member
    for member in group.members.values():
        if not member.dead and member is not but:
            return member
    return None


cdef Thread reaper_of(State state, Thread thread):
    """Who gets the children: the kernel's word, a living sibling thread, else the nearest reaper above in the same pid namespace."""
    cdef Thread found, ancestor
    cdef int depth
    cdef bint inside = thread.tid != thread.vtid
    if thread.reaper_tid > 0:
        found = state.get(thread.reaper_tid)
        if found is not None and found.group is not None:
            return found
    found = living(thread.group, thread)
    if found is not None:
        return found
    ancestor = thread
    for depth in range(MAX_DEPTH):
        ancestor = state.get(ancestor.ptid) if ancestor.ptid > 0 else None
        if ancestor is None or ancestor.group is None or ancestor.group is thread.group:
            return None
        if (ancestor.tid != ancestor.vtid) != inside:
            return None
        if ancestor.group.reaper:
            found = living(ancestor.group, None)
            if found is not None:
                return found
    state.count("tree: deeper than any real one")
    return None


cdef int remove_others(State state, Thread thread) except -1:
    """Today's dialect, execve: no other thread of the group goes on."""
    cdef Thread member
    if thread.group is None or len(thread.group.members) == 1:
        return 0
    for member in list(thread.group.members.values()):
        if member is not thread:
            if member.children:
                for tid in member.children:
                    child = state.get(tid)
                    if child is not None and child is not thread:
                        adopt(thread, <Thread>child)
                member.children = None
            drop(state, member)
    return 0


cdef int revive(State state, Thread thread) except -1:
    """A thread that was taken for dead goes on."""
    if thread.dead:
        thread.dead = False
        thread.flags &= ~<unsigned int>THREAD_CLOSED
        if thread.group is not None:
            thread.group.alive += 1
            recount(thread.group)
    return 0
