"""Taking over what a capture says of its host before its first event."""

from libc.stdint cimport uint32_t

from firmer.events.entries cimport FdEntry, ThreadEntry
from firmer.events.fdtype cimport (
    FD_FILE, FD_FILE_V2, FD_IPV4, FD_IPV4_SERVER, FD_IPV6, FD_IPV6_SERVER, FD_PIDFD, FD_UNIX, FD_UNSUPPORTED, L4_TCP,
)
from firmer.state.addresses cimport endpoint, infer, pair_text, set_interfaces
from firmer.state.cgroups cimport resolve_container
from firmer.state.fd cimport FD_CONNECTED, FD_FROM_PROC, FD_HAS_DEV, FD_ROLE_CLIENT, FD_ROLE_SERVER, FD_ROLES, Fd, FdTable, new_fd
from firmer.state.state cimport State
from firmer.state.thread cimport CLONE_THREAD, THREAD_ACTIVE, Thread, new_thread
from firmer.state.tree cimport enter_tree, link_parent

from firmer.events.section import Section
from firmer.state.containers import parse_container

cdef enum:
    LAST_TYPE = FD_PIDFD
    MAX_CONTAINERS = 16384

cdef bytes MAPPED = b"\0\0\0\0\0\0\0\0\0\0\xff\xff"


cdef int load_section(State state, object section) except -1:
    """Fill an empty state."""
    cdef Thread thread
    state.machine = section.machine
    set_interfaces(state, list(section.interfaces))
    for user in section.users if state.with_accounts else ():
        if not state.accounts.add_user(user.container, user.uid, user.gid, user.name, user.home, user.shell):
            state.count("accounts: table full")
    for group in section.groups if state.with_accounts else ():
        if not state.accounts.add_group(group.container, group.gid, group.name):
            state.count("accounts: table full")
    take_containers(state, section.containers, False)
    take_containers(state, section.plugin_containers, True)
    for entry in section.threads:
        take_thread(state, entry, section.ended)
    for tid, entries in section.fds.items():
        take_fds(state, tid, entries)
    # a thread whose leader is not in the list may bring one in
    for thread in list(state.threads.values()):
        enter_tree(state, thread, thread.flags & CLONE_THREAD)
    for thread in list(state.threads.values()):
        link_parent(state, thread)
    fix_sockets(state)
    return 0


cdef int take_containers(State state, list texts, bint plugin) except -1:
    for text in texts:
        record = parse_container(text.rstrip(b"\0"))
        if record is not None and len(state.containers) < MAX_CONTAINERS:
            record.plugin = plugin
            state.containers[record.id] = record
    return 0


cdef int take_thread(State state, ThreadEntry entry, dict ended) except -1:
    cdef Thread thread = new_thread(entry.tid, entry.pid, entry.ptid)
    if not state.sysdig and ended:
        thread.ptid = ended.get(entry.ptid, entry.ptid)
    thread.maker = entry.maker
    thread.sid = entry.sid
    thread.vpgid = entry.vpgid
    thread.pgid = entry.pgid
    thread.vtid = entry.vtid
    thread.vpid = entry.vpid
    thread.comm = entry.comm
    thread.exe = entry.exe
    thread.exepath = entry.exepath
    thread.args = entry.args
    thread.root = entry.root
    thread.cgroups = entry.cgroups
    thread.fdlimit = entry.fdlimit
    thread.flags = (entry.flags | THREAD_ACTIVE) & 0xFFFFFFFF
    thread.uid = entry.uid & 0xFFFFFFFF
    thread.gid = entry.gid & 0xFFFFFFFF
    thread.tty = entry.tty & 0xFFFFFFFF
    thread.loginuid = entry.loginuid & 0xFFFFFFFF
    thread.vmsize_kb = entry.vmsize_kb & 0xFFFFFFFF
    thread.vmrss_kb = entry.vmrss_kb & 0xFFFFFFFF
    thread.vmswap_kb = entry.vmswap_kb & 0xFFFFFFFF
    thread.pfmajor = entry.pfmajor
    thread.pfminor = entry.pfminor
    thread.pidns_init_start_ts = entry.pidns_init_start_ts
    thread.clone_ts = entry.clone_ts
    thread.exe_writable = entry.exe_writable != 0
    thread.exe_upper_layer = entry.exe_upper_layer != 0
    thread.exe_lower_layer = entry.exe_lower_layer != 0
    thread.exe_from_memfd = entry.exe_from_memfd != 0
    thread.exe_ino = entry.exe_ino
    thread.exe_ino_ctime = entry.exe_ino_ctime
    thread.exe_ino_mtime = entry.exe_ino_mtime
    thread.cap_inheritable = entry.cap_inheritable
    thread.cap_permitted = entry.cap_permitted
    thread.cap_effective = entry.cap_effective
    if thread.is_leader():
        thread.env = entry.env
        thread.cwd = entry.cwd if entry.cwd.endswith(b"/") else entry.cwd + b"/"
    resolve_container(state, thread)
    state.add(thread)
    return 0


cdef int take_fds(State state, tid, list entries) except -1:
    cdef Thread thread = state.get(tid)
    cdef Fd fd
    cdef FdEntry entry
    if thread is None:
        if not entries:
            return 0
        return state.count("descriptors: of an unknown process")
    for entry in entries:
        if thread.fds is None:
            thread.fds = FdTable.__new__(FdTable)
        fd = take_fd(state, entry)
        if not thread.fds.put(entry.fd, fd):
            state.count("descriptors: table full")
    return 0


cdef Fd take_fd(State state, FdEntry entry):
    cdef int kind = FD_FILE if entry.type == FD_FILE_V2 else entry.type if entry.type <= LAST_TYPE else FD_UNSUPPORTED
    cdef Fd fd = new_fd(kind, entry.name)
    fd.ino = entry.ino
    fd.flags = 0 if entry.bare else FD_FROM_PROC
    fd.open_flags = entry.open_flags & 0xFFFFFFFF
    fd.dev = entry.dev & 0xFFFFFFFF
    if kind == FD_FILE:
        fd.flags |= FD_HAS_DEV
    elif kind == FD_UNIX:
        fd.source = entry.source
        fd.destination = entry.destination
        fd.flags |= FD_ROLE_SERVER if entry.name else FD_ROLE_CLIENT
    elif kind in (FD_IPV4, FD_IPV6, FD_IPV4_SERVER, FD_IPV6_SERVER):
        take_socket(state, fd, entry)
    return fd


cdef int take_socket(State state, Fd fd, FdEntry entry) except -1:
    """Addresses and name. A listening socket of the list has no role, unlike one that an event bound: so do sysdig and Falco."""
    cdef Py_ssize_t size = 4 if fd.type in (FD_IPV4, FD_IPV4_SERVER) else 16
    fd.l4proto = entry.l4proto & 0xFF
    if not entry.sip and not entry.dip:
        return 0  # a live one that is neither bound nor connected: as `socket` leaves it
    fd.dip = entry.dip if len(entry.dip) == size else entry.sip if len(entry.sip) == size else bytes(size)
    fd.dport = entry.dport & 0xFFFF
    if fd.type == FD_IPV4_SERVER or fd.type == FD_IPV6_SERVER:
        if len(entry.dip) != size:
            fd.dport = entry.sport & 0xFFFF
        fd.name = endpoint(fd.dip, fd.dport)
        return 0
    fd.sip = entry.sip if len(entry.sip) == size else bytes(size)
    fd.sport = entry.sport & 0xFFFF
    if entry.bare:
        return 0
    if size == 16 and fd.sip[:12] == MAPPED and fd.dip[:12] == MAPPED:
        fd.type = FD_IPV4
        fd.sip, fd.dip = fd.sip[12:], fd.dip[12:]
    if fd.l4proto == L4_TCP:
        fd.flags |= FD_CONNECTED
    if fd.type == FD_IPV4:
        infer(state, fd)
    fd.name = pair_text(fd)
    if entry.role:
        fd.flags = entry.role & FD_ROLES | FD_CONNECTED
    return 0


cdef int fix_sockets(State state) except -1:
    """IPv4 connections to a port that anybody listens on are turned round, so that the client is the source."""
    cdef Thread thread
    cdef Fd fd
    listening = set()
    tables = [thread.fds for thread in state.threads.values() if thread.fds is not None]
    for table in tables:
        for fd in (<FdTable>table).slots():
            if fd is not None and fd.type == FD_IPV4_SERVER:
                listening.add(fd.dport)
    for table in tables:
        for fd in (<FdTable>table).slots():
            if fd is not None and fd.type == FD_IPV4 and fd.flags and len(fd.sip):
                # the descriptor was made just now and is in one table only: nobody has seen it yet
                if fd.sport in listening:
                    fd.sip, fd.dip = fd.dip, fd.sip
                    fd.sport, fd.dport = fd.dport, fd.sport
                    fd.flags |= FD_ROLE_SERVER
                    fd.name = pair_text(fd)
                else:
                    fd.flags |= FD_ROLE_CLIENT
    return 0
