"""Threads: one object a thread, texts as bytes."""

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
