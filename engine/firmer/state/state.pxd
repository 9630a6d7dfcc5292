"""The host as the events tell it, and what the current event is attached to."""

from libc.stdint cimport int64_t, uint32_t, uint64_t

from firmer.event cimport Event, Span
from firmer.state.fd cimport Fd, FdTable
from firmer.state.thread cimport Thread, ThreadGroup

cdef enum:
    CACHE_SLOTS = 1 << 12


cdef enum Spelling:
    BY_NAME
    BY_CLAIM
    BY_ALIAS

cdef enum Paths:
    PATHS_CLAIMED               # names of opened files are the callers' spellings, as far as is known
    PATHS_NOTED                 # a notice of firmer's writer: they are the kernel's, where no other notice says more
    PATHS_TOLD                  # firmer's probe: they are the kernel's where an additional parameter says so


cdef class State:
    """Threads, descriptors, users, groups, interfaces, containers; always complete, whatever the consumers filter.

    For each event of a source, in this order: `begin` (carry out the removals that the previous event left, attach thread and descriptor,
    keep or fold enter events), `apply` (the handler of a state-changing type), then the consumers.
    """
    cdef readonly bint sysdig                   # dialect: sysdig 0.29.3's rules where they differ from today's
    cdef dict threads                           # tid -> Thread
    cdef dict thread_groups                     # pid -> ThreadGroup
    cdef readonly object accounts               # users.Accounts: users and groups of the host and of containers
    cdef readonly dict users                    # uid -> User            (of the host)
    cdef readonly dict groups                   # gid -> Group
    cdef readonly list interfaces               # Interface
    cdef readonly object machine                # Machine or None
    cdef readonly dict containers               # id (bytes) -> Container
    cdef readonly dict counters                 # name -> count of what a limit refused or an event lacked

    # what consumers need of enter events; set before the first event
    cdef public bytes keep_enters               # one byte an event type: an exit that somebody wants reads that enter's parameters
    cdef public bint keep_all_enters            # `pending_enters` shall be complete

    # what the current event is attached to; consumers read it, only State writes it
    cdef readonly Thread thread                 # None: no thread (meta events, unknown tid)
    cdef readonly Fd fd                         # None: none or unknown
    cdef readonly int64_t fd_num                # -1: none
    cdef public int spelling                    # which of a descriptor's paths fields shall give: its name, its claim or its alias (Spelling)
    cdef public bytes alias                     # the last of a file's other paths for which a rule held that held for none before; else None
    cdef readonly uint64_t races                # how often lately a path of this process led elsewhere, when the event is one more time; else 0
    cdef readonly bytes old_fd_name             # name of `fd` when the event began; None without descriptor
    cdef readonly bint enter_valid              # sysdig: the exit follows its own enter event
    cdef readonly bint hidden                   # sysdig: the event takes a number, but is not to be shown (container without data, users, groups)
    cdef readonly bint complete                 # sysdig: also what 0.29.3 cannot know
    cdef readonly uint64_t unknown_types        # sysdig: events so far of types that 0.29.3 does not know
    cdef readonly uint64_t lone_exits           # sysdig: exits so far that tell alone what 0.29.3 takes from their enter events
    cdef readonly bint with_accounts            # users and groups of captures are taken
    cdef bint loaded, leading                   # a section has begun; sysdig: nothing but containers came since a later one began
    cdef readonly uint64_t unnumbered           # sysdig: events so far that 0.29.3 steps over without giving them a number
    cdef readonly uint64_t latency              # ns since the thread's last enter event, 0 when unknown
    cdef readonly uint64_t first_ts             # time of the first event that counts for relative time

    # bookkeeping
    cdef uint64_t passed                        # events that today's form lets through
    cdef bint started                           # `first_ts` is set
    cdef bint leaving                           # something leaves the state before the next event
    cdef int64_t leaving_tid                    # -1: none
    cdef FdTable leaving_table
    cdef int64_t leaving_fd
    cdef Py_ssize_t max_threads
    cdef Py_ssize_t pending_bytes
    cdef dict told                              # account -> parameters of the last event about it
    cdef dict strays                            # tid -> enter event of a thread that is not known (today's dialect makes it at the exit)
    cdef dict exited                            # (tid, ptid) -> ts of threads that exited within the last two seconds
    cdef dict container_ids                     # cgroups -> container id, so that each text is searched once
    cdef int kernel_paths                       # Paths: whether opened files have the kernel's names
    cdef dict additions                         # tid -> addition to its next event that may have one, from such a notice
    cdef dict symlinks                          # container id:path -> where the link leads, absolute, see walk
    cdef dict origins                           # container id:path -> (path below the lower layer, below the upper) that it was, see aliases
    cdef list local_ips                         # addresses of the interfaces
    cdef void *cache[CACHE_SLOTS]               # borrowed Threads by the low bits of their tid; `forget` clears a slot

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

    # for handlers
    cdef int count(self, str name) except -1
    cdef int clear(self) except -1
    cdef int attach(self, Thread thread, int64_t number) except -1
    cdef int leave(self) except -1
    cdef FdTable table_for(self, Thread thread)           # as fds_of, made where there is none
    cdef bint put_fd(self, int64_t number, Fd fd) except -1           # into the table of the event's thread; attaches it
    cdef bint change_fd(self, Fd fd) except -1                        # replace the attached descriptor by its changed copy
    cdef bint add(self, Thread thread) except -1
    cdef Thread placeholder(self, int64_t tid)
    cdef int forget(self, Thread thread) except -1


cdef bint uses_container(Thread thread) noexcept
