"""Descriptors that are made without a path, copied or closed."""

from libc.stdint cimport int64_t, uint32_t, uint64_t

from firmer.event cimport Event, int_or, uint_or
from firmer.events.fdtype cimport (
    FD_BPF, FD_EVENT, FD_EVENTPOLL, FD_FIFO, FD_INOTIFY, FD_IO_URING, FD_PIDFD, FD_SIGNALFD, FD_TIMERFD, FD_UNKNOWN, FD_USERFAULTFD,
)
from firmer.state.fd cimport Fd, FdTable, new_fd
from firmer.state.state cimport State
from firmer.state.thread cimport PIPE_DST, PIPE_SRC, Thread

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_SYSCALL_DUP_1_X, PPME_SYSCALL_DUP2_X, PPME_SYSCALL_DUP3_X, PPME_SYSCALL_PIPE2_X, PPME_SYSCALL_EVENTFD_X, PPME_SYSCALL_EVENTFD2_X
        PPME_SYSCALL_SIGNALFD_X, PPME_SYSCALL_SIGNALFD4_X, PPME_SYSCALL_TIMERFD_CREATE_X, PPME_SYSCALL_INOTIFY_INIT_X
        PPME_SYSCALL_INOTIFY_INIT1_X, PPME_SYSCALL_EPOLL_CREATE_X, PPME_SYSCALL_EPOLL_CREATE1_X, PPME_SYSCALL_BPF_2_X
        PPME_SYSCALL_USERFAULTFD_X, PPME_SYSCALL_IO_URING_SETUP_X

cdef enum:
    O_CLOEXEC = 1 << 12
    EPOLL_CLOEXEC = 1 << 0
    F_DUPFD = 1
    F_SETFD = 3
    F_DUPFD_CLOEXEC = 26
    FD_CLOEXEC = 1
    CLOSE_RANGE_CLOEXEC = 1 << 2


cdef Fd cloexec(Fd fd, bint on):
    """The descriptor with close-on-exec set or cleared; itself where nothing changes."""
    cdef uint32_t flags = fd.open_flags | O_CLOEXEC if on else fd.open_flags & ~<uint32_t>O_CLOEXEC
    cdef Fd other
    if flags == fd.open_flags:
        return fd
    other = fd.clone()
    other.open_flags = flags
    return other


cdef int on_close(State state, Event event) except -1:
    """close: the entry goes when the next event begins, so that consumers still see it."""
    if state.fd is None or int_or(event.param(0), -1) < 0:
        return 0
    state.leaving_table = state.fds_of(state.thread)
    state.leaving_fd = state.fd_num
    state.leaving = True
    return 0


cdef int on_close_range(State state, Event event) except -1:
    """close_range: closes, or marks close-on-exec, all of a stretch of numbers."""
    cdef uint64_t first = uint_or(event.param(1), 0), last = uint_or(event.param(2), 0)
    cdef FdTable table
    cdef int64_t number
    if state.thread is None or int_or(event.param(0), -1) < 0:
        return 0
    table = state.fds_of(state.thread)
    if table is None:
        return 0
    for number in table.numbers():
        if <uint64_t>number < first or <uint64_t>number > last:
            continue
        if uint_or(event.param(3), 0) & CLOSE_RANGE_CLOEXEC:
            table.put(number, cloexec(table.get(number), True))
        else:
            table.remove(number)
    return 0


cdef int on_dup(State state, Event event) except -1:
    """dup, dup2, dup3: the result's entry becomes a copy of the source's, which is the attached one, and as unknown as that."""
    cdef int64_t number = int_or(event.param(0), -1)
    cdef int kind = event.fold.type
    cdef Fd fd = state.fd
    cdef FdTable table
    cdef Thread thread = state.thread
    if thread is None or number < 0:
        return 0
    if number == 0:
        thread.flags |= PIPE_DST
    elif number == 1:
        thread.flags |= PIPE_SRC
    if fd is None:
        if not state.sysdig and number != state.fd_num:
            table = state.fds_of(thread)
            if table is not None:
                table.remove(number)
        return 0
    if not state.sysdig:
        fd = cloexec(fd, kind == PPME_SYSCALL_DUP3_X and uint_or(event.param(3), 0) & O_CLOEXEC)
    state.put_fd(number, fd)
    return 0


cdef int on_fcntl(State state, Event event) except -1:
    """fcntl: F_DUPFD copies like dup, F_SETFD changes close-on-exec."""
    cdef int64_t number = int_or(event.param(0), -1), command
    if number < 0 or state.fd is None:
        return 0
    command = uint_or(event.param(2), 0)
    if command == F_DUPFD or command == F_DUPFD_CLOEXEC:
        state.put_fd(number, state.fd if state.sysdig else cloexec(state.fd, command == F_DUPFD_CLOEXEC))
    elif command == F_SETFD and not state.sysdig:
        state.change_fd(cloexec(state.fd, uint_or(event.param(3), 0) & FD_CLOEXEC))
    return 0


cdef int on_pipe(State state, Event event) except -1:
    """pipe, pipe2: both ends."""
    cdef Fd fd
    if int_or(event.param(0), -1) < 0:
        return 0
    fd = new_fd(FD_FIFO)
    fd.ino = uint_or(event.param(3), 0)
    if event.fold.type == PPME_SYSCALL_PIPE2_X:
        fd.open_flags = <uint32_t>uint_or(event.param(4), 0)
    state.put_fd(int_or(event.param(1), -1), fd)
    state.put_fd(int_or(event.param(2), -1), fd)
    return 0


cdef int kind_of(int today, bint sysdig, int *flags_at) noexcept:
    """Which kind of descriptor the call makes, and where its flags stand; FD_UNKNOWN for calls that sysdig does not follow."""
    flags_at[0] = 1
    if today == PPME_SYSCALL_EVENTFD_X or today == PPME_SYSCALL_TIMERFD_CREATE_X:
        flags_at[0] = 2
        return FD_EVENT if today == PPME_SYSCALL_EVENTFD_X else FD_TIMERFD
    if today == PPME_SYSCALL_EVENTFD2_X:
        return FD_EVENT
    if today == PPME_SYSCALL_SIGNALFD_X:
        flags_at[0] = 3
        return FD_SIGNALFD
    if today == PPME_SYSCALL_SIGNALFD4_X:
        return FD_SIGNALFD
    if today == PPME_SYSCALL_INOTIFY_INIT_X or today == PPME_SYSCALL_INOTIFY_INIT1_X:
        return FD_INOTIFY
    if sysdig:
        return FD_UNKNOWN
    if today == PPME_SYSCALL_EPOLL_CREATE_X or today == PPME_SYSCALL_EPOLL_CREATE1_X:
        return FD_EVENTPOLL
    if today == PPME_SYSCALL_BPF_2_X:
        flags_at[0] = -1
        return FD_BPF
    if today == PPME_SYSCALL_USERFAULTFD_X:
        return FD_USERFAULTFD
    if today == PPME_SYSCALL_IO_URING_SETUP_X:
        flags_at[0] = 4
        return FD_IO_URING
    return FD_UNKNOWN


cdef int on_anonymous(State state, Event event) except -1:
    """eventfd, signalfd, timerfd, inotify, epoll, bpf, userfaultfd, io_uring: descriptors without a name."""
    cdef int64_t number = int_or(event.param(0), -1)
    cdef int today = event.fold.type, flags_at, kind = kind_of(today, state.sysdig, &flags_at)
    cdef Fd fd
    if number < 0 or kind == FD_UNKNOWN:
        return 0
    fd = new_fd(kind)
    if not state.sysdig and today != PPME_SYSCALL_EPOLL_CREATE_X:
        fd.open_flags = <uint32_t>uint_or(event.param(flags_at), 0)
        if today == PPME_SYSCALL_EPOLL_CREATE1_X:
            fd.open_flags = O_CLOEXEC if fd.open_flags & EPOLL_CLOEXEC else 0
    state.put_fd(number, fd)
    return 0


cdef int on_pidfd_open(State state, Event event) except -1:
    """pidfd_open: named by the process it stands for."""
    cdef int64_t number = int_or(event.param(0), -1)
    cdef Fd fd
    if number < 0:
        return 0
    fd = new_fd(FD_PIDFD)
    fd.pid = int_or(event.param(1), -1)
    fd.name = b"/proc/%d" % fd.pid
    fd.open_flags = <uint32_t>uint_or(event.param(2), 0)
    state.put_fd(number, fd)
    return 0


cdef int on_pidfd_getfd(State state, Event event) except -1:
    """pidfd_getfd: a copy of another process's descriptor, close-on-exec."""
    cdef int64_t number = int_or(event.param(0), -1)
    cdef Fd fd
    cdef Thread other
    if state.thread is None or number < 0:
        return 0
    fd = state.fd_of(state.thread, int_or(event.param(1), -1))
    if fd is None or fd.pid < 0:
        return 0
    other = state.get(fd.pid)
    fd = None if other is None else state.fd_of(other, int_or(event.param(2), -1))
    if fd is not None:
        state.put_fd(number, cloexec(fd, True))
    return 0
