"""The host as the events tell it, and what the current event is attached to."""

from libc.stdint cimport int64_t, uint32_t, uint64_t

from firmer.event cimport Event, Span
from firmer.state.fd cimport Fd, FdTable
from firmer.state.thread cimport Thread


cdef class State:
    """Threads, descriptors, users, groups, interfaces, containers; always complete, whatever the consumers filter.

    For each event of a source, in this order: `begin` (carry out the removals that the previous event left, attach thread and descriptor,
    keep or fold enter events), `apply` (the handler of a state-changing type), then the consumers.
    """
    cdef readonly bint sysdig                   # dialect: sysdig 0.29.3's rules where they differ from today's
    cdef dict threads                           # tid -> Thread
    cdef readonly dict users                    # uid -> User            (of the host)
    cdef readonly dict groups                   # gid -> Group
    cdef readonly list interfaces               # Interface
    cdef readonly object machine                # Machine or None
    cdef readonly dict containers               # id (bytes) -> Container
    cdef readonly dict counters                 # name -> count of what a limit refused or an event lacked

    # what the current event is attached to; consumers read it, only State writes it
    cdef readonly Thread thread                 # None: no thread (meta events, unknown tid)
    cdef readonly Fd fd                         # None: none or unknown
    cdef readonly int64_t fd_num                # -1: none
    cdef readonly bytes old_fd_name             # name of `fd` when the event began; None without descriptor
    cdef readonly bint enter_valid              # sysdig: the exit follows its own enter event
    cdef readonly uint64_t latency              # ns since the thread's last enter event, 0 when unknown
    cdef readonly uint64_t first_ts             # time of the first event that counts for relative time

    cdef bint begin(self, Event event) except -1          # False: today's form drops the event
    cdef int apply(self, Event event) except -1
    cdef Thread get(self, int64_t tid)                    # None when unknown
    cdef Thread main_of(self, Thread thread)              # leader of the thread group, None when it is not known
    cdef Thread parent_of(self, Thread thread)            # leader of the parent process, None when it is not known
    cdef FdTable fds_of(self, Thread thread)              # table in force; None without one
    cdef Fd fd_of(self, Thread thread, int64_t number)
    cdef bytes cwd_of(self, Thread thread)                # ends with a slash, or empty when unknown
    cdef bytes dir_of(self, Thread thread, int64_t dirfd) # base that a path relative to `dirfd` joins with, ends with a slash; None: unknown
    cdef bint is_local(self, bytes ip, Thread thread)     # address of this host or of the thread's container
