"""Threads: one object a thread, texts as bytes."""

from cpython.bytes cimport PyBytes_GET_SIZE

from firmer.events.section import NO_ID, NO_LOGINUID

cdef bytes UNKNOWN = b"<NA>"


cdef class ThreadGroup:
    def __cinit__(self) -> None:
        self.members = {}


cdef class Thread:
    def __cinit__(self) -> None:
        self.tid = self.pid = self.ptid = self.vtid = self.vpid = self.sid = self.vpgid = self.pgid = self.reaper_tid = NO_ID
        self.told_ptid = self.maker = NO_ID
        self.comm = self.exe = self.exepath = self.args = self.env = self.cgroups = self.cwd = self.root = b""
        self.container_id = b""
        self.fdlimit = -1
        self.loginuid = NO_LOGINUID
        self.last_fd = -1
        self.last_enter = NO_TYPE

    cdef bint valid(self) noexcept:
        """Whether its place in the process tree is known."""
        return self.tid >= 0 and self.pid >= 0 and self.ptid >= 0

    cdef bint is_leader(self) noexcept:
        return self.tid == self.pid or (self.flags & MAIN_THREAD) != 0

    def __repr__(self) -> str:
        return f"<Thread tid={self.tid} pid={self.pid} ptid={self.ptid} comm={self.comm!r}>"


cdef Thread new_thread(int64_t tid, int64_t pid, int64_t ptid):
    """A thread of which nothing more is known yet."""
    cdef Thread thread = Thread.__new__(Thread)
    thread.tid = tid
    thread.pid = pid
    thread.ptid = thread.told_ptid = ptid
    return thread


cdef Thread new_placeholder(int64_t tid):
    """What stands for a tid that no list and no clone has told of."""
    cdef Thread thread = new_thread(tid, tid, -1)
    thread.comm = thread.exe = UNKNOWN
    thread.uid = thread.gid = thread.loginuid = 0xFFFFFFFF
    thread.placeholder = True
    return thread


# What a thread is, apart from its place among the others, its descriptors and the event under way: the two name the same attributes.
cdef Thread copy_thread(Thread thread):
    cdef Thread copy = Thread.__new__(Thread)
    copy.tid, copy.pid, copy.ptid, copy.vtid = thread.tid, thread.pid, thread.ptid, thread.vtid
    copy.vpid, copy.sid, copy.vpgid, copy.pgid = thread.vpid, thread.sid, thread.vpgid, thread.pgid
    copy.reaper_tid, copy.told_ptid, copy.maker, copy.fdlimit = thread.reaper_tid, thread.told_ptid, thread.maker, thread.fdlimit
    copy.flags, copy.uid, copy.gid, copy.tty = thread.flags, thread.uid, thread.gid, thread.tty
    copy.loginuid, copy.vmsize_kb, copy.vmrss_kb, copy.vmswap_kb = thread.loginuid, thread.vmsize_kb, thread.vmrss_kb, thread.vmswap_kb
    copy.pfmajor, copy.pfminor, copy.clone_ts, copy.exec_ts = thread.pfmajor, thread.pfminor, thread.clone_ts, thread.exec_ts
    copy.pidns_init_start_ts, copy.exe_writable = thread.pidns_init_start_ts, thread.exe_writable
    copy.exe_upper_layer, copy.exe_lower_layer = thread.exe_upper_layer, thread.exe_lower_layer
    copy.exe_from_memfd, copy.exe_ino = thread.exe_from_memfd, thread.exe_ino
    copy.exe_ino_ctime, copy.exe_ino_mtime = thread.exe_ino_ctime, thread.exe_ino_mtime
    copy.cap_inheritable, copy.cap_permitted = thread.cap_inheritable, thread.cap_permitted
    copy.cap_effective, copy.dead = thread.cap_effective, thread.dead
    copy.placeholder, copy.nthreads, copy.nchilds = thread.placeholder, thread.nthreads, thread.nchilds
    copy.comm, copy.exe, copy.exepath, copy.args, copy.env = thread.comm, thread.exe, thread.exepath, thread.args, thread.env
    copy.cgroups, copy.cwd, copy.root, copy.container_id = thread.cgroups, thread.cwd, thread.root, thread.container_id
    return copy


cdef bint same_thread(Thread thread, Thread other) noexcept:
    return (
        thread.tid == other.tid and thread.pid == other.pid and thread.ptid == other.ptid and thread.vtid == other.vtid
        and thread.vpid == other.vpid and thread.sid == other.sid and thread.vpgid == other.vpgid and thread.pgid == other.pgid
        and thread.reaper_tid == other.reaper_tid and thread.told_ptid == other.told_ptid and thread.maker == other.maker
        and thread.fdlimit == other.fdlimit and thread.flags == other.flags and thread.uid == other.uid and thread.gid == other.gid
        and thread.tty == other.tty and thread.loginuid == other.loginuid and thread.vmsize_kb == other.vmsize_kb
        and thread.vmrss_kb == other.vmrss_kb and thread.vmswap_kb == other.vmswap_kb and thread.pfmajor == other.pfmajor
        and thread.pfminor == other.pfminor and thread.clone_ts == other.clone_ts and thread.exec_ts == other.exec_ts
        and thread.pidns_init_start_ts == other.pidns_init_start_ts and thread.exe_writable == other.exe_writable
        and thread.exe_upper_layer == other.exe_upper_layer and thread.exe_lower_layer == other.exe_lower_layer
        and thread.exe_from_memfd == other.exe_from_memfd and thread.exe_ino == other.exe_ino
        and thread.exe_ino_ctime == other.exe_ino_ctime and thread.exe_ino_mtime == other.exe_ino_mtime
        and thread.cap_inheritable == other.cap_inheritable and thread.cap_permitted == other.cap_permitted
        and thread.cap_effective == other.cap_effective and thread.dead == other.dead and thread.placeholder == other.placeholder
        and thread.nthreads == other.nthreads and thread.nchilds == other.nchilds and thread.comm is other.comm
        and thread.exe is other.exe and thread.exepath is other.exepath and thread.args is other.args and thread.env is other.env
        and thread.cgroups is other.cgroups and thread.cwd is other.cwd and thread.root is other.root
        and thread.container_id is other.container_id
    )


cdef Py_ssize_t text_bytes(Thread thread) noexcept:
    """Length of its texts, of which it may share some with others."""
    return (
        PyBytes_GET_SIZE(thread.comm) + PyBytes_GET_SIZE(thread.exe) + PyBytes_GET_SIZE(thread.exepath) + PyBytes_GET_SIZE(thread.args)
        + PyBytes_GET_SIZE(thread.env) + PyBytes_GET_SIZE(thread.cgroups) + PyBytes_GET_SIZE(thread.cwd) + PyBytes_GET_SIZE(thread.root)
    )
