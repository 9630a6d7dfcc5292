"""Threads: one object a thread, texts as bytes."""

from libc.stdint cimport int64_t, uint32_t, uint64_t

from firmer.event cimport Event
from firmer.state.fd cimport FdTable
from firmer.state.spellings cimport Spellings

# bits of Thread.flags: the `clone_flags` values that state handlers test (PPM values, see probe/flags.json for all)
cdef enum ThreadFlag:
    CLONE_FILES = 1 << 0
    CLONE_NEWPID = 1 << 6
    CLONE_PARENT = 1 << 8
    CLONE_THREAD = 1 << 13
    CLONE_INVERTED = 1 << 16          # made by the child's exit event: the parent's must not make it again
    NAME_CHANGED = 1 << 17
    THREAD_CLOSED = 1 << 18
    THREAD_ACTIVE = 1 << 19
    CLONE_NEWUSER = 1 << 20
    PIPE_SRC = 1 << 21
    PIPE_DST = 1 << 22
    CLONE_VFORK = 1 << 27
    CHILD_IN_PIDNS = 1 << 29
    MAIN_THREAD = 1 << 30

cdef enum:
    NO_TYPE = 0xFFFF                  # Thread.last_enter without an enter event


cdef class ThreadGroup:
    """The threads of one process. `members` is ordered: the leader first where it is known from the start."""
    cdef readonly int64_t pid
    cdef readonly dict members        # tid -> Thread
    cdef readonly int64_t alive
    cdef readonly bint reaper         # orphans of its descendants become its children


cdef class Thread:
    """One thread. args, env and cgroups are NUL-separated bytes, split when somebody asks."""
    cdef readonly int64_t tid, pid, ptid, vtid, vpid, sid, vpgid, pgid, reaper_tid
    cdef int64_t told_ptid                      # parent as it was told, whatever became of it
    cdef int64_t maker                          # tid of the thread whose event made this one
    cdef readonly bytes comm, exe, exepath, args, env, cgroups, cwd, root
    cdef readonly bytes container_id            # empty: on the host
    cdef readonly int64_t fdlimit
    cdef readonly uint32_t flags, uid, gid, tty, loginuid
    cdef readonly uint32_t vmsize_kb, vmrss_kb, vmswap_kb
    cdef readonly uint64_t pfmajor, pfminor
    cdef readonly uint64_t clone_ts             # ns; 0: not seen
    cdef readonly uint64_t exec_ts              # ns of the last execve seen; 0: none
    cdef readonly uint64_t pidns_init_start_ts
    cdef readonly bint exe_writable, exe_upper_layer, exe_lower_layer, exe_from_memfd
    cdef readonly uint64_t exe_ino, exe_ino_ctime, exe_ino_mtime
    cdef readonly uint64_t cap_inheritable, cap_permitted, cap_effective
    cdef readonly bint dead                     # exited; kept while others of its group live
    cdef readonly bint placeholder              # made for an event of an unknown tid: comm and exe are <NA>
    cdef readonly int64_t nthreads              # main threads: living threads of the group (sysdig: children counted + 1)
    cdef readonly int64_t nchilds               # sysdig's count of the threads that it counts as this one's
    cdef readonly int64_t last_fd               # descriptor of the last event, -1: none
    cdef ThreadGroup group                      # today's dialect: None for threads that are not valid
    cdef set children                           # today's dialect: tids whose ptid is this thread; None without any
    cdef FdTable fds                            # its own; `State.fds_of` finds the one in force
    cdef Spellings spellings                    # leaders: None until a path was spelled in another way than the kernel's
    cdef Event pending                          # enter event whose exit has not come yet
    cdef Event spare                            # the one before, its buffer is used again
    cdef uint32_t last_enter                    # type of the last enter event, NO_TYPE: none
    cdef uint64_t enter_ts                      # its time, for latencies; 0: none
    cdef uint64_t latency                       # sysdig: of its last exit event, 0 after an enter event
    # texts that fields make of args and comm; each stands for the very objects beside it, so a new object outdates it by itself
    cdef bytes args_text, args_text_of
    cdef bytes cmdline_text, cmdline_args, cmdline_comm
    cdef Thread kept                            # as it was at the last moment, see moment; None: not taken yet
    cdef uint64_t moment                        # of such a copy: number of the last moment that has it
    cdef bint valid(self) noexcept
    cdef bint is_leader(self) noexcept


cdef Thread new_thread(int64_t tid, int64_t pid, int64_t ptid)
cdef Thread new_placeholder(int64_t tid)
cdef Thread copy_thread(Thread thread)
cdef bint same_thread(Thread thread, Thread other) noexcept
cdef Py_ssize_t text_bytes(Thread thread) noexcept
