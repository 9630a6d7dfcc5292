"""What sending and receiving tells of a socket: that it is connected, and with udp and unix sockets the addresses."""

from libc.stdint cimport int64_t, uint32_t

from firmer.event cimport Event, Span, int_or
from firmer.events.fdtype cimport FD_IPV4, FD_IPV4_SERVER, FD_IPV6, FD_UNIX, L4_ICMP, L4_RAW, L4_TCP, L4_UDP, L4_UNKNOWN
from firmer.state.addresses cimport AF_INET, AF_INET6, Ends, ends_text, infer, pair_text, read_tuple
from firmer.state.fd cimport FD_CONNECTED, FD_ROLE_CLIENT, FD_ROLE_SERVER, FD_ROLES, Fd, FdTable, new_fd
from firmer.state.sockets cimport merge, swap
from firmer.state.state cimport State

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_SOCKET_SEND_X, PPME_SOCKET_SENDTO_E, PPME_SOCKET_SENDTO_X, PPME_SOCKET_SENDMSG_X, PPME_SOCKET_SENDMMSG_X, PPME_SOCKET_RECV_X
        PPME_SOCKET_RECVFROM_X, PPME_SOCKET_RECVMSG_X, PPME_SOCKET_RECVMMSG_X


cdef int connected(State state) except -1:
    """Note that an internet socket carries traffic."""
    cdef Fd fd = state.fd
    if (fd.type == FD_IPV4 or fd.type == FD_IPV6) and not fd.flags & FD_CONNECTED:
        fd = fd.clone()
        fd.flags |= FD_CONNECTED
        state.change_fd(fd)
    return 0


cdef int on_transfer(State state, Event event) except -1:
    """read, write and their like."""
    cdef Fd fd = state.fd
    if fd is None or fd.flags & FD_CONNECTED or (fd.type != FD_IPV4 and fd.type != FD_IPV6) or int_or(event.param(0), -1) < 0:
        return 0
    return connected(state)


cdef int on_send_enter(State state, Event event) except -1:
    """sysdig: sendto on an unknown descriptor tells of a udp socket."""
    if state.sysdig and state.thread is not None and state.fd is None:
        make_udp(state, event.raw(2))
    return 0


cdef int make_udp(State state, Span pair) except -1:
    """A socket that was there before the capture began."""
    cdef Fd fd
    if pair.size < 1 or (pair.at[0] != AF_INET and pair.at[0] != AF_INET6) or state.fd_num < 0:
        return 0
    fd = new_fd(FD_IPV4 if pair.at[0] == AF_INET else FD_IPV6)
    fd.sip = fd.dip = bytes(4 if pair.at[0] == AF_INET else 16)
    fd.l4proto = L4_UDP
    state.put_fd(state.fd_num, fd)
    return 0


cdef int on_send(State state, Event event) except -1:
    """send, sendto, sendmsg, sendmmsg."""
    if int_or(event.param(0), -1) < 0 or state.thread is None:
        return 0
    if state.sysdig:
        if state.fd is None:
            return 0
        if event.fold.enter >= 0 and event.enter is None:
            return connected(state)
        if event.fold.type != PPME_SOCKET_SENDTO_X and event.fold.type != PPME_SOCKET_SENDMSG_X:
            return connected(state)
    elif state.fd is None and event.fold.type != PPME_SOCKET_SENDMMSG_X:
        make_udp(state, event.param(4))
    if state.fd is None:
        return 0
    connected(state)
    # where both events tell the addresses, 0.29.3 reads those of the beginning: the kernel may not have chosen a port by then
    return learn(state, event.param(4) if state.complete or event.enter is None else event.enter.raw(2), False)


cdef int on_receive(State state, Event event) except -1:
    """recv, recvfrom, recvmsg, recvmmsg."""
    cdef int kind = event.fold.type
    cdef int slot = 2 if kind == PPME_SOCKET_RECVFROM_X else 3 if kind == PPME_SOCKET_RECVMSG_X else 4
    if state.fd is None or int_or(event.param(0), -1) < 0:
        return 0
    connected(state)
    if slot == 4 and state.sysdig:
        return 0
    return learn(state, event.param(slot), True)


cdef int learn(State state, Span pair, bint receiving) except -1:
    """Take the addresses that one datagram came or went by."""
    cdef Fd fd = state.fd
    cdef Ends ends
    cdef bint tcp = fd.l4proto == L4_TCP and (fd.type == FD_IPV4 or fd.type == FD_IPV4_SERVER)
    if (tcp and fd.name) or pair.size <= 0 or not read_tuple(pair, &ends):
        return 0
    fd = fd.clone()
    if not ends.size:
        fd.type = FD_UNIX
        fd.source = ends.source
        fd.destination = ends.destination
        fd.name = ends_text(&ends, pair, False)
        state.change_fd(fd)
        return 0
    if not merge(fd, &ends, False, state.sysdig):
        return 0
    if fd.l4proto == L4_UNKNOWN:
        fd.l4proto = L4_UDP
    infer(state, fd)
    if not fd.flags & FD_ROLES:
        fd.flags |= guess_role(state, fd, receiving)
    if (receiving and fd.flags & FD_ROLE_CLIENT) or (not receiving and fd.flags & FD_ROLE_SERVER):
        swap(fd)
    if fd.l4proto == L4_TCP or fd.l4proto == L4_UDP or fd.l4proto == L4_ICMP or fd.l4proto == L4_RAW:
        fd.name = pair_text(fd)
    else:
        fd.name = b"<unknown>"
    state.change_fd(fd)
    return 0


cdef uint32_t guess_role(State state, Fd fd, bint receiving) except? 0:
    """Who asks and who serves, where nothing told.

    sysdig and Falco ask whether the process serves the destination's port and whether it calls from the source's, over all its IPv4
    descriptors, this one included; so both hold for IPv4, and the direction decides.
    """
    cdef FdTable table
    cdef Fd other
    cdef bint serves = False, calls = False
    if fd.type == FD_IPV4:
        return FD_ROLE_SERVER if receiving else FD_ROLE_CLIENT
    table = state.fds_of(state.thread)
    for number in table.numbers():
        other = table.get(number)
        if other.type == FD_IPV4_SERVER:
            serves = serves or other.dport == fd.dport
        elif other.type == FD_IPV4:
            serves = serves or other.dport == fd.dport
            calls = calls or other.sport == fd.sport
    if serves and calls:
        return FD_ROLE_SERVER if receiving else FD_ROLE_CLIENT
    return FD_ROLE_SERVER if serves else FD_ROLE_CLIENT
