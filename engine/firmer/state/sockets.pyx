"""Sockets: made, bound, connected, accepted. What their traffic tells of them stands in `traffic`."""

from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t

from firmer.event cimport Event, Span, int_or, uint_or
from firmer.events.fdtype cimport (
    FD_IPV4, FD_IPV4_SERVER, FD_IPV6, FD_IPV6_SERVER, FD_NETLINK, FD_UNIX, FD_UNKNOWN, L4_ICMP, L4_RAW, L4_TCP, L4_UDP, L4_UNKNOWN,
)
from firmer.state.addresses cimport (
    AF_INET, AF_INET6, AF_NETLINK, AF_UNIX, Ends, ends_path, ends_text, pair_text, read_address, read_tuple,
)
from firmer.state.fd cimport FD_CONNECTED, FD_FAILED, FD_PENDING, FD_ROLE_CLIENT, FD_ROLE_SERVER, FD_ROLES, Fd, new_fd
from firmer.state.state cimport State

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_SOCKET_ACCEPT4_6_X

cdef enum:
    EINPROGRESS = 115
    O_CLOEXEC = 1 << 12
    SOCK_RAW = 3
    SOCK_CLOEXEC = 0o2000000
    IPPROTO_ICMP = 1
    IPPROTO_TCP = 6
    IPPROTO_UDP = 17
    IPPROTO_RAW = 255

cdef bytes NO_IPV4 = b"\0\0\0\0"
cdef bytes NO_IPV6 = bytes(16)


cdef int protocol_of(uint64_t kind, uint64_t protocol) noexcept:
    """Layer-4 protocol of an internet socket. The type is compared whole, flags included, as sysdig and Falco do."""
    if protocol == IPPROTO_TCP:
        return L4_RAW if kind == SOCK_RAW else L4_TCP
    if protocol == IPPROTO_UDP:
        return L4_UDP
    if protocol == 0:
        if kind == SOCK_RAW:
            return L4_RAW
        kind &= 0xFF
        return L4_TCP if kind == 1 else L4_UDP if kind == 2 else L4_UNKNOWN
    if protocol == IPPROTO_ICMP:
        return L4_RAW if kind == SOCK_RAW else L4_ICMP
    return L4_RAW if protocol == IPPROTO_RAW else L4_UNKNOWN


cdef int on_socket(State state, Event event) except -1:
    """socket: a descriptor without addresses."""
    cdef int64_t number = int_or(event.param(0), -1)
    cdef uint64_t domain
    cdef Fd fd
    if number < 0:
        return 0
    domain = uint_or(event.param(1), 0)
    fd = new_fd(FD_UNKNOWN)
    if domain == AF_UNIX:
        fd.type = FD_UNIX
    elif domain == AF_INET or domain == AF_INET6:
        fd.type = FD_IPV4 if domain == AF_INET else FD_IPV6
        fd.sip = fd.dip = NO_IPV4 if domain == AF_INET else NO_IPV6
        fd.l4proto = protocol_of(uint_or(event.param(2), 0), uint_or(event.param(3), 0))
    elif domain == AF_NETLINK:
        fd.type = FD_NETLINK
    fd.open_flags = <uint32_t>uint_or(event.param(4), 0)
    state.put_fd(number, fd)
    return 0


cdef int on_socketpair(State state, Event event) except -1:
    """socketpair: both ends, unix."""
    cdef int64_t first = int_or(event.param(1), -1), second = int_or(event.param(2), -1)
    cdef Fd fd
    if int_or(event.param(0), -1) < 0 or (first == second and not state.sysdig):
        return 0
    fd = new_fd(FD_UNIX)
    fd.source = uint_or(event.param(3), 0)
    fd.destination = uint_or(event.param(4), 0)
    state.put_fd(first, fd)
    state.put_fd(second, fd)
    return 0


cdef int on_bind(State state, Event event) except -1:
    """bind: a port makes it a server socket."""
    cdef Ends ends
    cdef Span address = event.param(1)
    cdef Fd fd
    if state.fd is None or int_or(event.param(0), -1) < 0 or address.size <= 0:
        return 0
    fd = state.fd.clone()
    if read_address(address, &ends) and ends.size and ends.dport > 0:
        fd.type = FD_IPV4_SERVER if ends.size == 4 else FD_IPV6_SERVER
        fd.sip = b""
        fd.sport = 0
        fd.dip = ends.dip[:ends.size]
        fd.dport = ends.dport
        fd.flags = fd.flags & ~<uint32_t>FD_ROLES | FD_ROLE_SERVER
    elif ends.family == AF_UNIX:
        fd.flags = fd.flags & ~<uint32_t>FD_ROLES | FD_ROLE_SERVER
    fd.name = ends_text(&ends, address, True)
    state.change_fd(fd)
    return 0


cdef int become_plain(Fd fd, const Ends *ends, bint sysdig) except -1:
    """A socket that has, or gets, both ends. A bound socket's address becomes the source.

    In sysdig the data of a server socket (address, port, protocol) and of a pair share their memory, so port and protocol are found
    in the destination address afterwards, and stay there where only an empty destination is filled.
    """
    if fd.type == FD_IPV4_SERVER and ends.size == 4:
        fd.sip = fd.dip if len(fd.dip) == 4 else NO_IPV4
        fd.dip = bytes((fd.dport & 255, fd.dport >> 8, fd.l4proto, 0)) if sysdig else NO_IPV4
        fd.sport = fd.dport = 0
    elif (fd.type == FD_IPV4 or fd.type == FD_IPV6) and len(fd.dip) == ends.size:
        return 0
    else:
        fd.sip = fd.dip = NO_IPV4 if ends.size == 4 else NO_IPV6
        fd.sport = fd.dport = 0
    fd.type = FD_IPV4 if ends.size == 4 else FD_IPV6
    return 0


cdef bint same(bytes ip, uint16_t port, const unsigned char *other, uint16_t other_port, int size) except -1:
    return port == other_port and ip == other[:size]


cdef bint merge(Fd fd, const Ends *ends, bint overwrite, bint sysdig) except -1:
    """Take the addresses of a tuple into a copy of a descriptor; False where it told nothing new."""
    cdef bytes nothing
    if (fd.type == FD_IPV4 and ends.size == 4) or (fd.type == FD_IPV6 and ends.size == 16):
        if same(fd.sip, fd.sport, ends.sip, ends.sport, ends.size) and same(fd.dip, fd.dport, ends.dip, ends.dport, ends.size):
            return False
        if same(fd.dip, fd.dport, ends.sip, ends.sport, ends.size) and same(fd.sip, fd.sport, ends.dip, ends.dport, ends.size):
            return False
    become_plain(fd, ends, sysdig)
    nothing = NO_IPV4 if ends.size == 4 else NO_IPV6
    fd.sip = ends.sip[:ends.size]
    fd.sport = ends.sport
    if overwrite or fd.dip == nothing:
        fd.dip = ends.dip[:ends.size]
    if overwrite or fd.dport == 0:
        fd.dport = ends.dport
    return True


cdef int swap(Fd fd) except -1:
    """Source and destination change places."""
    fd.sip, fd.dip = fd.dip, fd.sip
    fd.sport, fd.dport = fd.dport, fd.sport
    return 0


cdef int on_connect_enter(State state, Event event) except -1:
    """sysdig: connect's enter event sets the destination already."""
    cdef Ends ends
    cdef Span address
    cdef Fd fd
    if not state.sysdig or state.fd is None:
        return 0
    address = event.raw(1)
    if address.size <= 0:
        return 0
    fd = state.fd.clone()
    if read_address(address, &ends) and ends.size:
        become_plain(fd, &ends, state.sysdig)
        fd.dip = ends.dip[:ends.size]
        fd.dport = ends.dport
    else:
        fd.name = ends_text(&ends, address, True)
    state.change_fd(fd)
    return 0


cdef int on_connect(State state, Event event) except -1:
    """connect: the addresses of both ends; also while it is still in progress."""
    cdef int64_t result = int_or(event.param(0), -1)
    cdef Span pair = event.param(1), address
    cdef Ends ends
    cdef Fd fd
    cdef bint changed
    if state.fd is None or (result < 0 and result != -EINPROGRESS):
        return 0
    fd = state.fd.clone()
    fd.flags = fd.flags & ~<uint32_t>(FD_PENDING | FD_FAILED) | FD_CONNECTED
    if result < 0 and not state.sysdig:
        fd.flags = fd.flags & ~<uint32_t>FD_CONNECTED | FD_PENDING
    if pair.size <= 0 and state.sysdig:
        state.change_fd(fd)
        return 0
    if pair.size > 0 and read_tuple(pair, &ends):
        if not state.sysdig:
            prefer_passed(event, &ends)
        if ends.size:
            changed = merge(fd, &ends, not state.sysdig, state.sysdig)
            if changed and fd.flags & FD_ROLE_SERVER and fd.l4proto == L4_UDP:
                swap(fd)
            fd.name = pair_text(fd)
        else:
            fd.source = ends.source
            fd.destination = ends.destination
            fd.name = ends_text(&ends, pair, False)
    elif pair.size > 0:
        fd.name = ends_text(&ends, pair, False)
    else:
        address = event.param(3)
        if read_address(address, &ends):
            if ends.size:
                merge(fd, &ends, True, state.sysdig)
                fd.name = pair_text(fd)
            else:
                fd.name = ends_path(&ends)
    if not fd.flags & FD_ROLES:
        fd.flags |= FD_ROLE_CLIENT
    state.change_fd(fd)
    return 0


cdef int prefer_passed(Event event, Ends *ends) except -1:
    """The destination as the caller passed it stands over the one of the tuple."""
    cdef Ends passed
    if ends.size and read_address(event.param(3), &passed) and passed.size == ends.size:
        ends.dip = passed.dip
        ends.dport = passed.dport
    return 0


cdef int on_accept(State state, Event event) except -1:
    """accept, accept4: the peer is the source, this host the destination."""
    cdef int64_t number = int_or(event.param(0), -1)
    cdef Span pair = event.param(1)
    cdef Ends ends
    cdef Fd fd
    if number < 0 or not read_tuple(pair, &ends):
        state.fd = None
        return 0
    fd = new_fd(FD_UNIX)
    if ends.size:
        fd.type = FD_IPV4 if ends.size == 4 else FD_IPV6
        fd.l4proto = L4_TCP
        fd.sip = ends.sip[:ends.size]
        fd.dip = ends.dip[:ends.size]
        fd.sport = ends.sport
        fd.dport = ends.dport
    else:
        fd.source = ends.source
        fd.destination = ends.destination
    fd.name = ends_text(&ends, pair, False)
    fd.flags = FD_ROLE_SERVER | FD_CONNECTED
    if event.fold.type == PPME_SOCKET_ACCEPT4_6_X and not state.sysdig:
        if uint_or(event.param(5), 0) & (SOCK_CLOEXEC | O_CLOEXEC):
            fd.open_flags = O_CLOEXEC
    state.put_fd(number, fd)
    return 0
