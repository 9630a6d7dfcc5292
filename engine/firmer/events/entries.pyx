"""Entries of the lists before a capture's events: compiled, as there are thousands of them, and all are made anew for each capture written.

They read as the other records of `section` do. All texts are bytes: processes choose them.
"""

from libc.stdint cimport int64_t, uint64_t

NO_ID = -1
NO_LOGINUID = 0xFFFFFFFF


cdef class Entry:
    """What makes them records: compared by value, copied by `record.replace`, sent to other processes."""

    __match_args__ = ()

    def __eq__(self, other) -> bool:
        return type(self) is type(other) and values(self) == values(other)

    def __reduce__(self):
        return type(self), values(self)

    def __repr__(self) -> str:
        told = ", ".join([f"{name}={getattr(self, name)!r}" for name in self.__match_args__])
        return f"{type(self).__name__}({told})"


cdef tuple values(Entry entry):
    return tuple([getattr(entry, name) for name in entry.__match_args__])


cdef class ThreadEntry(Entry):
    """One thread of the process list. args, env and cgroups are NUL-separated as in the block; times in ns, memory in kB.

    `maker` is the thread whose event made it, for threads of a process that the list did not have; NO_ID for all others.
    `clone_ts`: ns since the epoch; 0: not known, as in any capture.
    """

    __match_args__ = (
        "tid", "pid", "ptid", "sid", "vpgid", "comm", "exe", "exepath", "args", "cwd", "fdlimit", "flags", "uid", "gid", "vmsize_kb",
        "vmrss_kb", "vmswap_kb", "pfmajor", "pfminor", "env", "vtid", "vpid", "cgroups", "root", "pidns_init_start_ts", "tty", "loginuid",
        "exe_writable", "cap_inheritable", "cap_permitted", "cap_effective", "exe_upper_layer", "exe_ino", "exe_ino_ctime",
        "exe_ino_mtime", "exe_from_memfd", "exe_lower_layer", "pgid", "clone_ts", "maker",
    )

    def __cinit__(
        self, int64_t tid=0, int64_t pid=0, int64_t ptid=0, int64_t sid=-1, int64_t vpgid=-1, bytes comm not None=b"",
        bytes exe not None=b"", bytes exepath not None=b"", bytes args not None=b"", bytes cwd not None=b"", int64_t fdlimit=-1,
        int64_t flags=0, int64_t uid=0, int64_t gid=0, int64_t vmsize_kb=0, int64_t vmrss_kb=0, int64_t vmswap_kb=0, uint64_t pfmajor=0,
        uint64_t pfminor=0, bytes env not None=b"", int64_t vtid=-1, int64_t vpid=-1, bytes cgroups not None=b"",
        bytes root not None=b"", uint64_t pidns_init_start_ts=0, int64_t tty=0, int64_t loginuid=NO_LOGINUID, int exe_writable=0,
        uint64_t cap_inheritable=0, uint64_t cap_permitted=0, uint64_t cap_effective=0, int exe_upper_layer=0, uint64_t exe_ino=0,
        uint64_t exe_ino_ctime=0, uint64_t exe_ino_mtime=0, int exe_from_memfd=0, int exe_lower_layer=0, int64_t pgid=-1,
        uint64_t clone_ts=0, int64_t maker=-1,
    ) -> None:
        self.tid, self.pid, self.ptid, self.sid, self.vpgid = tid, pid, ptid, sid, vpgid
        self.comm, self.exe, self.exepath, self.args, self.cwd = comm, exe, exepath, args, cwd
        self.fdlimit, self.flags, self.uid, self.gid = fdlimit, flags, uid, gid
        self.vmsize_kb, self.vmrss_kb, self.vmswap_kb = vmsize_kb, vmrss_kb, vmswap_kb
        self.pfmajor, self.pfminor = pfmajor, pfminor
        self.env = env
        self.vtid, self.vpid = vtid, vpid
        self.cgroups, self.root = cgroups, root
        self.pidns_init_start_ts, self.tty, self.loginuid = pidns_init_start_ts, tty, loginuid
        self.exe_writable = exe_writable
        self.cap_inheritable, self.cap_permitted, self.cap_effective = cap_inheritable, cap_permitted, cap_effective
        self.exe_upper_layer, self.exe_ino, self.exe_ino_ctime, self.exe_ino_mtime = exe_upper_layer, exe_ino, exe_ino_ctime, exe_ino_mtime
        self.exe_from_memfd, self.exe_lower_layer, self.pgid = exe_from_memfd, exe_lower_layer, pgid
        self.clone_ts, self.maker = clone_ts, maker


cdef class FdEntry(Entry):
    """One descriptor of a process. Which members count depends on `type` (FdType); ports in host order, addresses in network order.

    Server sockets have their address in `dip` and `dport`, as `Fd` keeps it. `bare`: an internet socket that nothing has named yet.
    `role` is that of an IPv6 socket whose connection was seen: 1 client, 2 server; lists lose it.
    """

    __match_args__ = (
        "fd", "type", "ino", "name", "open_flags", "dev", "sip", "dip", "sport", "dport", "l4proto", "source", "destination", "bare", "role",
    )

    def __cinit__(
        self, int64_t fd=0, int type=0, uint64_t ino=0, bytes name not None=b"", int64_t open_flags=0, int64_t dev=0,
        bytes sip not None=b"", bytes dip not None=b"", int sport=0, int dport=0, int l4proto=0, uint64_t source=0,
        uint64_t destination=0, bint bare=False, int role=0,
    ) -> None:
        self.fd, self.type, self.ino = fd, type, ino
        self.name = name
        self.open_flags, self.dev = open_flags, dev
        self.sip, self.dip, self.sport, self.dport, self.l4proto = sip, dip, sport, dport, l4proto
        self.source, self.destination = source, destination
        self.bare, self.role = bare, role
