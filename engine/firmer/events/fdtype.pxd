"""Kinds of descriptors, by the numbers of the fd-list block."""

cdef enum FdType:
    FD_UNKNOWN = 0
    FD_FILE = 1
    FD_DIRECTORY = 2
    FD_IPV4 = 3
    FD_IPV6 = 4
    FD_IPV4_SERVER = 5
    FD_IPV6_SERVER = 6
    FD_FIFO = 7
    FD_UNIX = 8
    FD_EVENT = 9
    FD_UNSUPPORTED = 10
    FD_SIGNALFD = 11
    FD_EVENTPOLL = 12
    FD_INOTIFY = 13
    FD_TIMERFD = 14
    FD_NETLINK = 15
    FD_FILE_V2 = 16
    FD_BPF = 17
    FD_USERFAULTFD = 18
    FD_IO_URING = 19
    FD_MEMFD = 20
    FD_PIDFD = 21

cdef enum L4Proto:
    L4_UNKNOWN = 0
    L4_NONE = 1
    L4_TCP = 2
    L4_UDP = 3
    L4_ICMP = 4
    L4_RAW = 5
