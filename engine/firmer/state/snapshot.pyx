"""The state as a Section that a capture can begin with, so that a reader that loads it knows what this state knows."""

from libc.stdint cimport int64_t

from firmer.events.entries cimport FdEntry, ThreadEntry
from firmer.events.fdtype cimport FD_FILE, FD_FILE_V2, FD_IPV4, FD_IPV4_SERVER, FD_IPV6, FD_UNKNOWN
from firmer.state.fd cimport FD_ROLE_SERVER, FD_ROLES, Fd, FdTable
from firmer.state.state cimport State
from firmer.state.thread cimport CLONE_INVERTED, CLONE_THREAD, Thread

from firmer.events.section import Section


cdef object take_snapshot(State state):
    cdef Thread thread
    cdef ThreadEntry entry
    cdef list threads = []
    cdef dict fds = {}, ended = {}
    section = Section(machine=state.machine, interfaces=list(state.interfaces), threads=threads, fds=fds, ended=ended)
    section.users = list(state.users.values())
    section.groups = list(state.groups.values())
    section.containers = [record.json for record in state.containers.values() if record.json and not record.plugin]
    section.plugin_containers = [record.json for record in state.containers.values() if record.json and record.plugin]
    listening = listening_ports(state)
    for thread in state.threads.values():
        if thread.placeholder or (thread.dead and thread.group is None):
            continue
        entry = thread_entry(thread)
        tell_parent(state, thread, entry, ended)
        threads.append(entry)
        fds[thread.tid] = fd_entries(thread, listening)
    return section


cdef set listening_ports(State state):
    cdef Thread thread
    cdef Fd fd
    found = set()
    for thread in state.threads.values():
        if thread.fds is not None:
            for fd in thread.fds.slots():
                if fd is not None and fd.type == FD_IPV4_SERVER:
                    found.add(fd.dport)
    return found


cdef int tell_parent(State state, Thread thread, ThreadEntry entry, dict ended) except -1:
    """Who made a thread, and who its parent was before that one died: sysdig 0.29.3 goes on naming it."""
    if not thread.is_leader() and thread.flags & CLONE_THREAD and thread.maker > 0 and thread.fds is None:
        entry.clone_ts = thread.clone_ts
        entry.maker = thread.pid if thread.flags & CLONE_INVERTED or state.get(thread.maker) is None else thread.maker
    elif thread.told_ptid > 0 and thread.told_ptid != thread.ptid and state.get(thread.told_ptid) is None:
        entry.ptid = thread.told_ptid
        if thread.ptid > 0:
            ended[thread.told_ptid] = thread.ptid
    return 0


cdef ThreadEntry thread_entry(Thread thread):
    cdef ThreadEntry entry = ThreadEntry.__new__(ThreadEntry)
    entry.tid, entry.pid, entry.ptid, entry.sid, entry.vpgid = thread.tid, thread.pid, thread.ptid, thread.sid, thread.vpgid
    entry.comm, entry.exe, entry.exepath, entry.args = thread.comm, thread.exe, thread.exepath, thread.args
    entry.cwd, entry.env, entry.cgroups, entry.root = thread.cwd, thread.env, thread.cgroups, thread.root
    entry.fdlimit, entry.flags, entry.uid, entry.gid = thread.fdlimit, thread.flags, thread.uid, thread.gid
    entry.vmsize_kb, entry.vmrss_kb, entry.vmswap_kb = thread.vmsize_kb, thread.vmrss_kb, thread.vmswap_kb
    entry.pfmajor, entry.pfminor = thread.pfmajor, thread.pfminor
    entry.vtid, entry.vpid, entry.pgid = thread.vtid, thread.vpid, thread.pgid
    entry.pidns_init_start_ts, entry.tty, entry.loginuid = thread.pidns_init_start_ts, thread.tty, thread.loginuid
    entry.exe_writable, entry.exe_from_memfd = thread.exe_writable != 0, thread.exe_from_memfd != 0
    entry.exe_upper_layer, entry.exe_lower_layer = thread.exe_upper_layer != 0, thread.exe_lower_layer != 0
    entry.exe_ino, entry.exe_ino_ctime, entry.exe_ino_mtime = thread.exe_ino, thread.exe_ino_ctime, thread.exe_ino_mtime
    entry.cap_inheritable, entry.cap_permitted, entry.cap_effective = thread.cap_inheritable, thread.cap_permitted, thread.cap_effective
    return entry


cdef list fd_entries(Thread thread, set listening):
    """The thread's own table. Descriptors of unknown kind cannot be written; they are left out, as every writer does."""
    cdef FdTable table = thread.fds
    cdef int64_t number
    cdef Fd fd
    cdef list found = []
    if table is None or table.count == 0:
        return found
    for number in range(len(table.small)):
        fd = table.small[number]
        if fd is not None and fd.type != FD_UNKNOWN:
            found.append(fd_entry(number, fd, listening))
    for number in sorted(table.large):
        fd = table.large[number]
        if fd.type != FD_UNKNOWN:
            found.append(fd_entry(number, fd, listening))
    return found


cdef FdEntry fd_entry(int64_t number, Fd fd, set listening):
    cdef FdEntry entry = FdEntry.__new__(FdEntry)
    entry.fd, entry.type, entry.ino, entry.name = number, FD_FILE_V2 if fd.type == FD_FILE else fd.type, fd.ino, fd.name
    entry.open_flags = fd.open_flags
    entry.dev = fd.dev
    entry.sip, entry.sport, entry.dip, entry.dport = fd.sip, fd.sport, fd.dip, fd.dport
    entry.l4proto = fd.l4proto
    entry.source, entry.destination = fd.source, fd.destination
    entry.bare = (fd.type == FD_IPV4 or fd.type == FD_IPV6) and not fd.name
    if fd.type == FD_IPV6 and fd.name:
        entry.role = fd.flags & FD_ROLES
    if fd.type == FD_IPV4 and fd.flags & FD_ROLE_SERVER and fd.dport in listening:
        # readers turn such connections round: the list has this host's end as the source
        entry.sip, entry.sport, entry.dip, entry.dport = fd.dip, fd.dport, fd.sip, fd.sport
    return entry
