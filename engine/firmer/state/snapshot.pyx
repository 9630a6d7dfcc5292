"""The state as a Section that a capture can begin with, so that a reader that loads it knows what this state knows."""

from firmer.events.fdtype cimport FD_FILE, FD_FILE_V2, FD_IPV4, FD_IPV4_SERVER, FD_IPV6, FD_UNKNOWN
from firmer.state.fd cimport FD_ROLE_SERVER, FD_ROLES, Fd, FdTable
from firmer.state.state cimport State
from firmer.state.thread cimport CLONE_INVERTED, CLONE_THREAD, Thread

from firmer.events.section import FdEntry, Section, ThreadEntry


cdef object take_snapshot(State state):
    cdef Thread thread
    section = Section(machine=state.machine, interfaces=list(state.interfaces))
    section.users = list(state.users.values())
    section.groups = list(state.groups.values())
    section.containers = [record.json for record in state.containers.values() if record.json and not record.plugin]
    section.plugin_containers = [record.json for record in state.containers.values() if record.json and record.plugin]
    listening = listening_ports(state)
    for thread in state.threads.values():
        if thread.placeholder or (thread.dead and thread.group is None):
            continue
        entry = thread_entry(thread)
        tell_parent(state, thread, entry, section.ended)
        section.threads.append(entry)
        section.fds[thread.tid] = fd_entries(thread, listening)
    return section


cdef set listening_ports(State state):
    cdef Thread thread
    cdef Fd fd
    found = set()
    for thread in state.threads.values():
        if thread.fds is not None:
            for fd in thread.fds.entries().values():
                if fd.type == FD_IPV4_SERVER:
                    found.add(fd.dport)
    return found


cdef int tell_parent(State state, Thread thread, object entry, dict ended) except -1:
    """Who made a thread, and who its parent was before that one died: sysdig 0.29.3 goes on naming it."""
    if not thread.is_leader() and thread.flags & CLONE_THREAD and thread.maker > 0 and thread.fds is None:
        entry.clone_ts = thread.clone_ts
        entry.maker = thread.pid if thread.flags & CLONE_INVERTED or state.get(thread.maker) is None else thread.maker
    elif thread.told_ptid > 0 and thread.told_ptid != thread.ptid and state.get(thread.told_ptid) is None:
        entry.ptid = thread.told_ptid
        if thread.ptid > 0:
            ended[thread.told_ptid] = thread.ptid
    return 0


cdef object thread_entry(Thread thread):
    return ThreadEntry(
        tid=thread.tid, pid=thread.pid, ptid=thread.ptid, sid=thread.sid, vpgid=thread.vpgid, comm=thread.comm, exe=thread.exe,
        exepath=thread.exepath, args=thread.args, cwd=thread.cwd, fdlimit=thread.fdlimit, flags=thread.flags, uid=thread.uid,
        gid=thread.gid, vmsize_kb=thread.vmsize_kb, vmrss_kb=thread.vmrss_kb, vmswap_kb=thread.vmswap_kb, pfmajor=thread.pfmajor,
        pfminor=thread.pfminor, env=thread.env, vtid=thread.vtid, vpid=thread.vpid, cgroups=thread.cgroups, root=thread.root,
        pidns_init_start_ts=thread.pidns_init_start_ts, tty=thread.tty, loginuid=thread.loginuid, exe_writable=thread.exe_writable,
        cap_inheritable=thread.cap_inheritable, cap_permitted=thread.cap_permitted, cap_effective=thread.cap_effective,
        exe_upper_layer=thread.exe_upper_layer, exe_ino=thread.exe_ino, exe_ino_ctime=thread.exe_ino_ctime,
        exe_ino_mtime=thread.exe_ino_mtime, exe_from_memfd=thread.exe_from_memfd, exe_lower_layer=thread.exe_lower_layer,
        pgid=thread.pgid,
    )


cdef list fd_entries(Thread thread, set listening):
    """The thread's own table. Descriptors of unknown kind cannot be written; they are left out, as every writer does."""
    cdef Fd fd
    if thread.fds is None:
        return []
    return [fd_entry(number, fd, listening) for number, fd in thread.fds.entries().items() if fd.type != FD_UNKNOWN]


cdef object fd_entry(number, Fd fd, set listening):
    entry = FdEntry(fd=number, type=FD_FILE_V2 if fd.type == FD_FILE else fd.type, ino=fd.ino, name=fd.name)
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
