"""Which event type has which handler: one line a type, by family.

A type is that of today's form; the handler sees slots of today's form. `reads_enter` says which handlers read parameters that old exits
lack, so that their enter events are always kept; a descriptor's number is remembered without that.
"""

from firmer.event cimport EVENT_TYPES, Event
from firmer.state.aliases cimport on_link, on_mount, on_rename
from firmer.state.clone cimport on_clone
from firmer.state.descriptors cimport (
    on_anonymous, on_close, on_close_range, on_dup, on_fcntl, on_pidfd_getfd, on_pidfd_open, on_pipe,
)
from firmer.state.execve cimport on_execve
from firmer.state.files cimport on_memfd_create, on_open
from firmer.state.ids cimport on_account, on_capset, on_namespace, on_set_gid, on_set_uid
from firmer.state.notices cimport on_async, on_container, on_generic
from firmer.state.process cimport (
    on_chdir, on_chroot, on_fchdir, on_limit, on_memory, on_prctl, on_prlimit, on_procexit, on_setsid, on_switch,
)
from firmer.state.sockets cimport on_accept, on_bind, on_connect, on_connect_enter, on_socket, on_socketpair
from firmer.state.state cimport State
from firmer.state.traffic cimport on_receive, on_send, on_send_enter, on_transfer
from firmer.state.walk cimport on_symlink

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_GENERIC_X
        PPME_SYSCALL_OPEN_X, PPME_SYSCALL_CREAT_X, PPME_SYSCALL_OPENAT_2_X, PPME_SYSCALL_OPENAT2_X, PPME_SYSCALL_OPEN_BY_HANDLE_AT_X
        PPME_SYSCALL_MEMFD_CREATE_X, PPME_SYSCALL_CLOSE_X, PPME_SYSCALL_CLOSE_RANGE_X, PPME_SYSCALL_DUP_1_X, PPME_SYSCALL_DUP2_X
        PPME_SYSCALL_DUP3_X, PPME_SYSCALL_FCNTL_X, PPME_SYSCALL_PIPE_X, PPME_SYSCALL_PIPE2_X, PPME_SYSCALL_EVENTFD_X
        PPME_SYSCALL_EVENTFD2_X, PPME_SYSCALL_SIGNALFD_X, PPME_SYSCALL_SIGNALFD4_X, PPME_SYSCALL_TIMERFD_CREATE_X
        PPME_SYSCALL_INOTIFY_INIT_X, PPME_SYSCALL_INOTIFY_INIT1_X, PPME_SYSCALL_EPOLL_CREATE_X, PPME_SYSCALL_EPOLL_CREATE1_X
        PPME_SYSCALL_BPF_2_X, PPME_SYSCALL_USERFAULTFD_X, PPME_SYSCALL_IO_URING_SETUP_X, PPME_SYSCALL_PIDFD_OPEN_X
        PPME_SYSCALL_PIDFD_GETFD_X, PPME_SOCKET_SOCKET_X, PPME_SOCKET_SOCKETPAIR_X, PPME_SOCKET_BIND_X, PPME_SOCKET_CONNECT_E
        PPME_SOCKET_CONNECT_X, PPME_SOCKET_ACCEPT_5_X, PPME_SOCKET_ACCEPT4_6_X, PPME_SYSCALL_READ_X, PPME_SYSCALL_WRITE_X
        PPME_SYSCALL_PREAD_X, PPME_SYSCALL_PWRITE_X, PPME_SYSCALL_READV_X, PPME_SYSCALL_WRITEV_X, PPME_SYSCALL_PREADV_X
        PPME_SYSCALL_PWRITEV_X, PPME_SOCKET_SENDTO_E, PPME_SOCKET_SEND_X, PPME_SOCKET_SENDTO_X, PPME_SOCKET_SENDMSG_X
        PPME_SOCKET_SENDMMSG_X, PPME_SOCKET_RECV_X, PPME_SOCKET_RECVFROM_X, PPME_SOCKET_RECVMSG_X, PPME_SOCKET_RECVMMSG_X
        PPME_SYSCALL_CLONE_20_X, PPME_SYSCALL_FORK_20_X, PPME_SYSCALL_VFORK_20_X, PPME_SYSCALL_CLONE3_X, PPME_SYSCALL_EXECVE_19_X
        PPME_SYSCALL_EXECVEAT_X, PPME_PROCEXIT_1_E, PPME_SYSCALL_PRCTL_X, PPME_SYSCALL_CHDIR_X, PPME_SYSCALL_GETCWD_X
        PPME_SYSCALL_FCHDIR_X, PPME_SYSCALL_CHROOT_X, PPME_SYSCALL_SETSID_X, PPME_SYSCALL_GETRLIMIT_X, PPME_SYSCALL_SETRLIMIT_X
        PPME_SYSCALL_PRLIMIT_X, PPME_SYSCALL_BRK_4_X, PPME_SYSCALL_MMAP_X, PPME_SYSCALL_MMAP2_X, PPME_SYSCALL_MUNMAP_X
        PPME_SCHEDSWITCH_6_E, PPME_SYSCALL_SETUID_X, PPME_SYSCALL_SETREUID_X, PPME_SYSCALL_SETRESUID_X, PPME_SYSCALL_SETGID_X
        PPME_SYSCALL_SETREGID_X, PPME_SYSCALL_SETRESGID_X, PPME_SYSCALL_CAPSET_X, PPME_SYSCALL_UNSHARE_X, PPME_SYSCALL_SETNS_X
        PPME_SYSCALL_RENAME_X, PPME_SYSCALL_RENAMEAT_X, PPME_SYSCALL_RENAMEAT2_X, PPME_SYSCALL_LINK_2_X, PPME_SYSCALL_LINKAT_2_X
        PPME_SYSCALL_MOUNT_X, PPME_SYSCALL_SYMLINK_X, PPME_SYSCALL_SYMLINKAT_X
        PPME_USER_ADDED_E, PPME_USER_DELETED_E, PPME_GROUP_ADDED_E, PPME_GROUP_DELETED_E, PPME_CONTAINER_E, PPME_CONTAINER_JSON_E
        PPME_CONTAINER_JSON_2_E, PPME_ASYNCEVENT_E

cdef Handler HANDLERS[EVENT_TYPES]


cdef Handler *handlers() noexcept:
    return HANDLERS


cdef bint reads_enter(int today) noexcept:
    cdef Handler handler = HANDLERS[today]
    if handler == NULL or handler == on_transfer or handler == on_receive or handler == on_memory or handler == on_close:
        return False
    if handler == on_rename or handler == on_link or handler == on_mount or handler == on_symlink or handler == on_generic:
        return False              # firmer's probe alone makes use of them, and its exits tell all
    return handler != on_bind and handler != on_fchdir and handler != on_dup and handler != on_socketpair


cdef bint needs_enter(int today) noexcept:
    cdef Handler handler = HANDLERS[today]
    if handler == on_socket or handler == on_fcntl or handler == on_limit or handler == on_prlimit:
        return True
    return handler == on_set_uid or handler == on_set_gid


cdef int fill() noexcept:
    # files
    HANDLERS[PPME_SYSCALL_OPEN_X] = on_open
    HANDLERS[PPME_SYSCALL_CREAT_X] = on_open
    HANDLERS[PPME_SYSCALL_OPENAT_2_X] = on_open
    HANDLERS[PPME_SYSCALL_OPENAT2_X] = on_open
    HANDLERS[PPME_SYSCALL_OPEN_BY_HANDLE_AT_X] = on_open
    HANDLERS[PPME_SYSCALL_MEMFD_CREATE_X] = on_memfd_create
    HANDLERS[PPME_SYSCALL_RENAME_X] = on_rename
    HANDLERS[PPME_SYSCALL_RENAMEAT_X] = on_rename
    HANDLERS[PPME_SYSCALL_RENAMEAT2_X] = on_rename
    HANDLERS[PPME_SYSCALL_SYMLINK_X] = on_symlink
    HANDLERS[PPME_SYSCALL_SYMLINKAT_X] = on_symlink
    HANDLERS[PPME_SYSCALL_LINK_2_X] = on_link
    HANDLERS[PPME_SYSCALL_LINKAT_2_X] = on_link
    HANDLERS[PPME_SYSCALL_MOUNT_X] = on_mount
    # descriptors
    HANDLERS[PPME_SYSCALL_CLOSE_X] = on_close
    HANDLERS[PPME_SYSCALL_CLOSE_RANGE_X] = on_close_range
    HANDLERS[PPME_SYSCALL_DUP_1_X] = on_dup
    HANDLERS[PPME_SYSCALL_DUP2_X] = on_dup
    HANDLERS[PPME_SYSCALL_DUP3_X] = on_dup
    HANDLERS[PPME_SYSCALL_FCNTL_X] = on_fcntl
    HANDLERS[PPME_SYSCALL_PIPE_X] = on_pipe
    HANDLERS[PPME_SYSCALL_PIPE2_X] = on_pipe
    HANDLERS[PPME_SYSCALL_EVENTFD_X] = on_anonymous
    HANDLERS[PPME_SYSCALL_EVENTFD2_X] = on_anonymous
    HANDLERS[PPME_SYSCALL_SIGNALFD_X] = on_anonymous
    HANDLERS[PPME_SYSCALL_SIGNALFD4_X] = on_anonymous
    HANDLERS[PPME_SYSCALL_TIMERFD_CREATE_X] = on_anonymous
    HANDLERS[PPME_SYSCALL_INOTIFY_INIT_X] = on_anonymous
    HANDLERS[PPME_SYSCALL_INOTIFY_INIT1_X] = on_anonymous
    HANDLERS[PPME_SYSCALL_EPOLL_CREATE_X] = on_anonymous
    HANDLERS[PPME_SYSCALL_EPOLL_CREATE1_X] = on_anonymous
    HANDLERS[PPME_SYSCALL_BPF_2_X] = on_anonymous
    HANDLERS[PPME_SYSCALL_USERFAULTFD_X] = on_anonymous
    HANDLERS[PPME_SYSCALL_IO_URING_SETUP_X] = on_anonymous
    HANDLERS[PPME_SYSCALL_PIDFD_OPEN_X] = on_pidfd_open
    HANDLERS[PPME_SYSCALL_PIDFD_GETFD_X] = on_pidfd_getfd
    # sockets
    HANDLERS[PPME_SOCKET_SOCKET_X] = on_socket
    HANDLERS[PPME_SOCKET_SOCKETPAIR_X] = on_socketpair
    HANDLERS[PPME_SOCKET_BIND_X] = on_bind
    HANDLERS[PPME_SOCKET_CONNECT_E] = on_connect_enter
    HANDLERS[PPME_SOCKET_CONNECT_X] = on_connect
    HANDLERS[PPME_SOCKET_ACCEPT_5_X] = on_accept
    HANDLERS[PPME_SOCKET_ACCEPT4_6_X] = on_accept
    # traffic
    HANDLERS[PPME_SYSCALL_READ_X] = on_transfer
    HANDLERS[PPME_SYSCALL_WRITE_X] = on_transfer
    HANDLERS[PPME_SYSCALL_PREAD_X] = on_transfer
    HANDLERS[PPME_SYSCALL_PWRITE_X] = on_transfer
    HANDLERS[PPME_SYSCALL_READV_X] = on_transfer
    HANDLERS[PPME_SYSCALL_WRITEV_X] = on_transfer
    HANDLERS[PPME_SYSCALL_PREADV_X] = on_transfer
    HANDLERS[PPME_SYSCALL_PWRITEV_X] = on_transfer
    HANDLERS[PPME_SOCKET_SENDTO_E] = on_send_enter
    HANDLERS[PPME_SOCKET_SEND_X] = on_send
    HANDLERS[PPME_SOCKET_SENDTO_X] = on_send
    HANDLERS[PPME_SOCKET_SENDMSG_X] = on_send
    HANDLERS[PPME_SOCKET_SENDMMSG_X] = on_send
    HANDLERS[PPME_SOCKET_RECV_X] = on_receive
    HANDLERS[PPME_SOCKET_RECVFROM_X] = on_receive
    HANDLERS[PPME_SOCKET_RECVMSG_X] = on_receive
    HANDLERS[PPME_SOCKET_RECVMMSG_X] = on_receive
    # processes
    HANDLERS[PPME_SYSCALL_CLONE_20_X] = on_clone
    HANDLERS[PPME_SYSCALL_FORK_20_X] = on_clone
    HANDLERS[PPME_SYSCALL_VFORK_20_X] = on_clone
    HANDLERS[PPME_SYSCALL_CLONE3_X] = on_clone
    HANDLERS[PPME_SYSCALL_EXECVE_19_X] = on_execve
    HANDLERS[PPME_SYSCALL_EXECVEAT_X] = on_execve
    HANDLERS[PPME_PROCEXIT_1_E] = on_procexit
    HANDLERS[PPME_SYSCALL_PRCTL_X] = on_prctl
    HANDLERS[PPME_SYSCALL_CHDIR_X] = on_chdir
    HANDLERS[PPME_SYSCALL_GETCWD_X] = on_chdir
    HANDLERS[PPME_SYSCALL_FCHDIR_X] = on_fchdir
    HANDLERS[PPME_SYSCALL_CHROOT_X] = on_chroot
    HANDLERS[PPME_SYSCALL_SETSID_X] = on_setsid
    HANDLERS[PPME_SYSCALL_GETRLIMIT_X] = on_limit
    HANDLERS[PPME_SYSCALL_SETRLIMIT_X] = on_limit
    HANDLERS[PPME_SYSCALL_PRLIMIT_X] = on_prlimit
    HANDLERS[PPME_SYSCALL_BRK_4_X] = on_memory
    HANDLERS[PPME_SYSCALL_MMAP_X] = on_memory
    HANDLERS[PPME_SYSCALL_MMAP2_X] = on_memory
    HANDLERS[PPME_SYSCALL_MUNMAP_X] = on_memory
    HANDLERS[PPME_SCHEDSWITCH_6_E] = on_switch
    # ids
    HANDLERS[PPME_SYSCALL_SETUID_X] = on_set_uid
    HANDLERS[PPME_SYSCALL_SETREUID_X] = on_set_uid
    HANDLERS[PPME_SYSCALL_SETRESUID_X] = on_set_uid
    HANDLERS[PPME_SYSCALL_SETGID_X] = on_set_gid
    HANDLERS[PPME_SYSCALL_SETREGID_X] = on_set_gid
    HANDLERS[PPME_SYSCALL_SETRESGID_X] = on_set_gid
    HANDLERS[PPME_SYSCALL_CAPSET_X] = on_capset
    HANDLERS[PPME_SYSCALL_UNSHARE_X] = on_namespace
    HANDLERS[PPME_SYSCALL_SETNS_X] = on_namespace
    HANDLERS[PPME_USER_ADDED_E] = on_account
    HANDLERS[PPME_USER_DELETED_E] = on_account
    HANDLERS[PPME_GROUP_ADDED_E] = on_account
    HANDLERS[PPME_GROUP_DELETED_E] = on_account
    # notices
    HANDLERS[PPME_GENERIC_X] = on_generic
    HANDLERS[PPME_CONTAINER_E] = on_container
    HANDLERS[PPME_CONTAINER_JSON_E] = on_container
    HANDLERS[PPME_CONTAINER_JSON_2_E] = on_container
    HANDLERS[PPME_ASYNCEVENT_E] = on_async
    return 0


fill()


def handled(kind: int) -> bool:
    """Whether events of this type change the state."""
    return HANDLERS[<int>kind % EVENT_TYPES] != NULL
