"""The state as it was at one moment, kept beside the one that goes on.

What happened before an alert can be told only by somebody who knows the state before it, so one that is a while old has to be kept, and another
one every few megabytes of events. On a host with thousands of threads a copy takes too long and too much memory, and little of it changes.
So a moment holds a thread as it was when a moment was taken last, unless it differs by now; descriptors never change anyway, and
of a table of them the list is shared until the state wants to change it (see FdTable).

What it costs is counted: an entry belongs to the last moment that has it, once the state goes on without it.
"""

from libc.stdint cimport uint32_t

from firmer.event cimport Event
from firmer.state.fd cimport FdTable
from firmer.state.keep cimport pending
from firmer.state.state cimport State
from firmer.state.thread cimport Thread, copy_thread, same_thread, text_bytes
from firmer.state.tree cimport enter_tree

cdef enum:
    THREAD_BYTES = 600        # about what a Thread takes without its texts
    SLOT_BYTES = 8            # of a table of descriptors
    ENTER_BYTES = 500         # an enter event without its block
    ENTRY_BYTES = 300         # an entry of another table


cdef class Moment:
    def __init__(self) -> None:
        raise TypeError("moments are taken: see take_moment")


cpdef Moment take_moment(State state, Moment before):
    """The state as of now. Ends the current event: what it removes is gone. `before` is the moment taken of the state last, None: there is none."""
    cdef Moment moment = Moment.__new__(Moment)
    cdef Moment last = before if before is not None else Moment.__new__(Moment)
    state.leave()
    moment.number = last.number + 1
    moment.machine = state.machine
    moment.interfaces, moment.local_ips = state.interfaces, state.local_ips
    moment.kernel_paths = state.kernel_paths
    moment.told = unchanged(last, last.told, state.told)
    moment.exited = unchanged(last, last.exited, state.exited)
    moment.origins = unchanged(last, last.origins, state.origins)
    moment.symlinks = unchanged(last, last.symlinks, state.symlinks)
    moment.additions = unchanged(last, last.additions, state.additions)
    take_containers(moment, last, state)
    take_accounts(moment, last, state)
    take_enters(moment, last, state)
    take_threads(moment, last, state)
    return moment


cdef dict unchanged(Moment last, dict old, dict now):
    """The last moment's table when it says the same, else a copy."""
    if old is not None:
        if old == now:
            return old
        last.left_bytes += ENTRY_BYTES * len(old)
    return now.copy()


cdef int take_containers(Moment moment, Moment last, State state) except -1:
    moment.containers = unchanged(last, last.containers, state.containers)
    if last.containers is not None and moment.containers is not last.containers:
        for key, record in last.containers.items():
            if moment.containers.get(key) is not record:
                last.left_bytes += len(record.json)
    return 0


cdef int take_accounts(Moment moment, Moment last, State state) except -1:
    moment.accounts = last.accounts
    if moment.accounts is None or moment.accounts.changes != state.accounts.changes:
        if moment.accounts is not None:
            last.left_bytes += ENTRY_BYTES * moment.accounts.count
        moment.accounts = state.accounts.copy()
    return 0


cdef int take_enters(Moment moment, Moment last, State state) except -1:
    cdef Event event
    cdef set waiting
    moment.enters = pending(state)
    if last.enters:
        waiting = set(moment.enters)  # by identity: they do not compare
        for event in last.enters:
            if event not in waiting:
                last.left_bytes += ENTER_BYTES + <Py_ssize_t>event.block_size
    return 0


cdef int take_threads(Moment moment, Moment last, State state) except -1:
    cdef Thread thread, kept
    cdef FdTable table
    moment.threads = []
    moment.reapers = set()
    for thread in state.threads.values():
        table = None if thread.fds is None else thread.fds.as_it_is()
        kept = thread.kept
        if kept is None or kept.fds is not table or not same_thread(thread, kept):
            if kept is not None:
                kept.moment = moment.number  # it has another one in its stead
                last.left_bytes += THREAD_BYTES + text_bytes(kept)
                if kept.fds is not None and kept.fds is not table:
                    last.left_bytes += SLOT_BYTES * kept.fds.width() + kept.fds.gone_bytes
            kept = thread.kept = copy_thread(thread)
            kept.fds = table
        kept.moment = moment.number
        moment.threads.append(kept)
        moment.own_bytes += THREAD_BYTES + SLOT_BYTES
        if table is not None:
            moment.own_bytes += SLOT_BYTES * table.width()
        if thread.group is not None and thread.group.reaper:
            moment.reapers.add(thread.pid)
    if last.threads is not None:
        for kept in last.threads:
            if kept.moment != moment.number:  # it ended
                last.left_bytes += THREAD_BYTES + text_bytes(kept) + (0 if kept.fds is None else kept.fds.all_bytes())
    return 0


cpdef int resume(State state, Moment moment) except -1:
    """Make the state what it was at that moment, enter events included; it must be of the same dialect."""
    cdef Thread kept, thread, parent
    cdef Event event
    cdef uint32_t flags
    state.clear()
    state.machine = moment.machine
    state.interfaces, state.local_ips = moment.interfaces, moment.local_ips
    state.kernel_paths = moment.kernel_paths
    state.told, state.exited = moment.told.copy(), moment.exited.copy()
    state.origins, state.symlinks, state.additions = moment.origins.copy(), moment.symlinks.copy(), moment.additions.copy()
    state.containers = moment.containers.copy()
    state.accounts = moment.accounts.copy()
    state.users, state.groups = state.accounts.users, state.accounts.groups
    for kept in moment.threads:
        thread = copy_thread(kept)
        thread.fds = None if kept.fds is None else kept.fds.again()
        state.add(thread)
    for thread in state.threads.values():
        flags = thread.flags
        enter_tree(state, thread, False)
        thread.flags = flags  # a thread that ran another program has a table of its own
        if thread.group is not None and thread.pid in moment.reapers:
            thread.group.reaper = True
        parent = state.get(thread.ptid) if thread.ptid > 0 and thread.ptid != thread.tid else None
        if parent is not None and parent.valid() and not state.sysdig:
            if parent.children is None:
                parent.children = set()
            parent.children.add(thread.tid)
    for event in moment.enters:
        state.process(event.keep())
    return 0
