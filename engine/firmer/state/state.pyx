"""The host as the events tell it, and what the current event is attached to.

Threads are found through a cache of borrowed pointers in front of the dict, so an event that changes nothing creates no Python object.
What the handlers of state-changing types do stands in the files of their families; `catalog` says which type has which.

The modules of this room cimport each other in circles (a handler needs the State, the State needs the handlers). That works because
a module exports its types and functions before it imports those of others.
"""

from libc.stdint cimport uint8_t
from libc.string cimport memset

from firmer.event cimport EVENT_TYPES, VERDICT_DROP, VERDICT_STORE, Event, Fold, int_or
from firmer.events.table cimport fd_param
from firmer.state.addresses cimport is_local_address
from firmer.state.catalog cimport Handler, handlers
from firmer.state.facts cimport HAS_EXIT, HAS_FD, IS_ENTER, NEVER_MADE, NO_THREAD, RELATIVE_ZERO, learn, today_facts
from firmer.state.keep cimport find_stray, hold, pending, release, store
from firmer.state.load cimport load_section
from firmer.state.snapshot cimport take_snapshot
from firmer.state.sysdig cimport begin_sysdig, misses_enter
from firmer.state.thread cimport CLONE_FILES, NO_TYPE, new_placeholder
from firmer.state.tree cimport enter_tree, first_of, remove_thread

from firmer.state.users import Accounts

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_PROCINFO_E

cdef enum:
    MAX_THREADS = 262144           # as Falco's table
    MAX_THREADS_SYSDIG = 131072

cdef Handler *HANDLERS = handlers()
cdef const uint8_t *FACTS = today_facts()


cdef bint uses_container(Thread thread) noexcept:
    """Whether the thread runs in a container."""
    return len(thread.container_id) > 0


cdef class State:
    def __cinit__(self) -> None:
        memset(self.cache, 0, sizeof(self.cache))

    def __init__(self, dialect: str = "falco", complete: bool = True, accounts: bool = True) -> None:
        """complete   False, for sysdig's dialect: what 0.29.3 cannot know is not known: event types of after it, and exits that tell alone
                   what it takes from their enter events; `unknown_types` and `lone_exits` count them
        accounts   False: the users and groups of captures are passed over
        """
        if dialect not in ("falco", "sysdig"):
            raise ValueError(f"no dialect '{dialect}'")
        learn()
        self.sysdig = dialect == "sysdig"
        self.complete = complete or not self.sysdig
        self.with_accounts = accounts
        self.max_threads = MAX_THREADS_SYSDIG if self.sysdig else MAX_THREADS
        self.counters = {}
        self.keep_enters = bytes(EVENT_TYPES)
        self.clear()

    cdef int clear(self) except -1:
        """Forget the host, for a new section."""
        memset(self.cache, 0, sizeof(self.cache))
        self.thread = None
        self.fd = None
        self.leaving_table = None
        self.leaving = False
        self.leaving_tid = -1
        self.threads = {}
        self.thread_groups = {}
        self.accounts = Accounts(self.sysdig)
        self.users = self.accounts.users
        self.groups = self.accounts.groups
        self.told = {}
        self.interfaces = []
        self.local_ips = []
        self.machine = None
        self.containers = {}
        self.container_ids = {}
        self.strays = {}
        self.origins = {}
        self.symlinks = {}
        self.kernel_paths = PATHS_CLAIMED
        self.additions = {}
        self.exited = {}
        self.pending_bytes = 0
        return 0

    def load(self, section) -> None:
        """Begin a section: all that was known goes, what the section tells comes."""
        self.clear()
        self.leading = self.loaded
        self.loaded = True
        load_section(self, section)

    def snapshot(self):
        """The state as of now, as a Section that a capture can begin with. Ends the current event: what it removes is gone."""
        self.leave()
        return take_snapshot(self)

    def pending_enters(self) -> list[bytes]:
        """Blocks of the enter events whose exits have not come; all of them only while `keep_all_enters` is set."""
        cdef Event event
        return [event.block_bytes for event in pending(self)]

    # -- the current event ---------------------------------------------------------------------------------------------
    cdef bint begin(self, Event event) except -1:
        cdef const Fold *fold = event.fold
        cdef Thread thread
        cdef Event enter
        cdef int facts = FACTS[fold.type]
        cdef int64_t number = -1
        if self.leaving:
            self.leave()
        event.enter = None
        event.today_num = 0
        if self.sysdig:
            return begin_sysdig(self, event)
        if fold.verdict == VERDICT_DROP or fold.verdict == VERDICT_STORE:
            store(self, event)
            return False
        if not self.started and FACTS[event.type] & RELATIVE_ZERO:
            self.started = True
            self.first_ts = event.ts
        self.passed += 1
        event.today_num = self.passed
        self.fd = None
        self.fd_num = -1
        self.old_fd_name = None
        self.races = 0
        if facts & NO_THREAD:
            self.thread = self.get(event.tid) if fold.type == PPME_PROCINFO_E else None
            return True
        thread = self.get(event.tid)
        if thread is None and not facts & NEVER_MADE:
            thread = self.placeholder(event.tid)
        self.thread = thread
        if thread is None:
            return True
        if not facts & IS_ENTER:
            enter = thread.pending
            if enter is not None:
                if enter.fold.type == (fold.enter if fold.enter >= 0 else <int>fold.type - 1):
                    event.enter = enter
                    release(self, thread)
                elif fold.enter >= 0:
                    self.count("enter events: of another call")
            if facts & HAS_FD:
                number = int_or(event.param(fd_param[fold.type]), -1)
                if event.enter is None and fold.enter >= 0 and thread.last_enter == <uint32_t>fold.enter and thread.last_fd >= 0:
                    number = thread.last_fd
            thread.last_enter = NO_TYPE
        else:
            if facts & HAS_EXIT:
                hold(self, thread, event)
                thread.last_enter = fold.type
            if facts & HAS_FD:
                number = int_or(event.param(0), -1)
        thread.last_fd = number
        self.attach(thread, number)
        return True

    cdef int attach(self, Thread thread, int64_t number) except -1:
        """Attach the descriptor of this number, if the thread's table has it."""
        cdef FdTable table
        self.fd_num = number
        if number >= 0:
            table = thread.fds if not thread.flags & CLONE_FILES else self.fds_of(thread)
            if table is not None:
                self.fd = table.get(number)
                if self.fd is not None:
                    self.old_fd_name = self.fd.name
        return 0

    cdef int apply(self, Event event) except -1:
        """Bring the state up to the event."""
        cdef Handler handler = HANDLERS[event.fold.type]
        if handler == NULL:
            return 0
        if self.sysdig and event.enter is None and misses_enter(self, event):
            return 0
        return handler(self, event)

    cdef int leave(self) except -1:
        """Carry out what the previous event removes."""
        cdef Thread thread
        cdef int64_t tid = self.leaving_tid
        if not self.leaving:
            return 0
        self.leaving = False
        if self.leaving_table is not None:
            self.leaving_table.remove(self.leaving_fd)
            self.leaving_table = None
        if tid >= 0:
            self.leaving_tid = -1
            thread = self.get(tid)
            if thread is not None:
                remove_thread(self, thread, False)
        return 0

    # -- threads -------------------------------------------------------------------------------------------------------
    cdef Thread get(self, int64_t tid):
        cdef void *found = self.cache[tid & (CACHE_SLOTS - 1)]
        cdef Thread thread
        if found != NULL and (<Thread>found).tid == tid:
            return <Thread>found
        entry = self.threads.get(tid)
        if entry is None:
            return None
        thread = <Thread>entry
        self.cache[tid & (CACHE_SLOTS - 1)] = <void *>thread
        return thread

    cdef bint add(self, Thread thread) except -1:
        """Put the thread into the table; False, and counted, when that is full. The caller links it into the tree."""
        if len(self.threads) >= self.max_threads and thread.tid not in self.threads:
            self.count("threads: table full")
            return False
        if self.sysdig:
            thread.last_fd = 0     # what sysdig looks up at a thread's first exit event whose enter event it missed
        self.threads[thread.tid] = thread
        self.cache[thread.tid & (CACHE_SLOTS - 1)] = <void *>thread
        return True

    cdef int forget(self, Thread thread) except -1:
        """Take the thread out of the table."""
        cdef int64_t slot = thread.tid & (CACHE_SLOTS - 1)
        release(self, thread)
        thread.spare = None
        if self.cache[slot] == <void *>thread:
            self.cache[slot] = NULL
        if self.threads.get(thread.tid) is thread:
            del self.threads[thread.tid]
        return 0

    cdef Thread placeholder(self, int64_t tid):
        """A thread for a tid that nothing told of; None when the table is full."""
        cdef Thread thread = new_placeholder(tid)
        if not self.add(thread):
            return None
        enter_tree(self, thread, False)
        if self.sysdig and thread.group is not None:
            thread.nchilds = len(thread.group.members) - 1
            thread.nthreads = thread.nchilds + 1
        if self.strays:
            find_stray(self, thread)
        return thread

    cdef Thread main_of(self, Thread thread):
        cdef Thread leader
        if thread.is_leader():
            return thread
        leader = self.get(thread.pid)
        if self.sysdig:
            return leader if leader is not None else self.placeholder(thread.pid)
        if thread.group is None:
            return None
        if leader is not None and leader.group is thread.group:
            return leader
        return first_of(thread.group)

    cdef Thread parent_of(self, Thread thread):
        cdef Thread parent = self.get(thread.ptid) if thread.ptid > 0 else None
        if parent is None or self.sysdig:
            return parent
        return self.main_of(parent)

    # -- descriptors ---------------------------------------------------------------------------------------------------
    cdef FdTable fds_of(self, Thread thread):
        if thread.flags & CLONE_FILES and not thread.is_leader():
            thread = self.main_of(thread)
            if thread is None:
                return None
        return thread.fds

    cdef FdTable table_for(self, Thread thread):
        cdef Thread owner = thread
        if thread.flags & CLONE_FILES and not thread.is_leader():
            owner = self.main_of(thread)
            if owner is None:
                return None
        if owner.fds is None:
            owner.fds = FdTable.__new__(FdTable)
        return owner.fds

    cdef Fd fd_of(self, Thread thread, int64_t number):
        cdef FdTable table = self.fds_of(thread)
        return None if table is None else table.get(number)

    cdef bint put_fd(self, int64_t number, Fd fd) except -1:
        """Into the table of the event's thread, which it is attached to then; False, and counted, when that is full."""
        cdef FdTable table
        if self.thread is None or number < 0:
            return False
        table = self.table_for(self.thread)
        self.thread.last_fd = number
        self.fd_num = number
        if table is None:
            return False
        if not table.put(number, fd):
            self.fd = None
            self.count("descriptors: table full")
            return False
        self.fd = fd
        return True

    cdef bint change_fd(self, Fd fd) except -1:
        """Replace the attached descriptor by its changed copy."""
        cdef FdTable table = self.fds_of(self.thread)
        if table is None:
            return False
        self.fd = fd
        return table.put(self.fd_num, fd)

    # -- places --------------------------------------------------------------------------------------------------------
    cdef bytes cwd_of(self, Thread thread):
        cdef Thread leader = self.main_of(thread)
        return b"./" if leader is None else leader.cwd

    cdef bytes dir_of(self, Thread thread, int64_t dirfd):
        cdef Fd fd
        if dirfd == -100:          # AT_FDCWD
            return self.cwd_of(thread)
        fd = self.fd_of(thread, dirfd)
        if fd is None:
            return None
        return fd.name if fd.name.endswith(b"/") else fd.name + b"/"

    cdef bint is_local(self, bytes ip, Thread thread):
        return is_local_address(self, ip, thread)

    cdef int count(self, str name) except -1:
        """One more of what a limit refused or an event lacked."""
        self.counters[name] = self.counters.get(name, 0) + 1
        return 0

    @property
    def addition_count(self) -> int:
        return len(self.additions)

    # -- for Python ----------------------------------------------------------------------------------------------------
    def process(self, Event event not None) -> bool:
        """Bring the state up to the event; False when today's form drops it."""
        cdef bint seen = self.begin(event)
        if seen:
            self.apply(event)
        return seen

    def thread_by_tid(self, tid: int) -> Thread | None:
        """The thread, None when unknown."""
        return self.get(tid)

    def fd_by(self, tid: int, number: int) -> Fd | None:
        """The descriptor of a thread, None when unknown."""
        cdef Thread thread = self.get(tid)
        return None if thread is None else self.fd_of(thread, number)

    def ids_by_cgroups(self):
        """Container ids of the control groups that were met, empty for those of the host; the oldest may be missing."""
        return self.container_ids

    def tids(self) -> list[int]:
        """All threads that are known, in the order in which they became known."""
        return list(self.threads)


def limit_threads(State state not None, count: int) -> None:
    """Lower the number of threads that the state keeps, for tests and small machines."""
    state.max_threads = count
