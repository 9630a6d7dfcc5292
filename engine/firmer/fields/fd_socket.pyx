"""fd.sip, fd.cport, fd.net and their like: the ends of a connection.

Client and server are told by the role that the process has; local and remote by the addresses of the host. A listening socket has
one end only, which is the server's.
"""

from libc.stdint cimport uint16_t

from firmer.event cimport Event
from firmer.events.fdtype cimport FD_IPV4, FD_IPV6
from firmer.fields.fd cimport fd_now
from firmer.fields.fd_kind cimport is_socket
from firmer.fields.registry cimport declare
from firmer.fields.slot cimport EITHER, Slot, give_list, give_num, give_text
from firmer.state.fd cimport FD_ROLE_CLIENT, FD_ROLE_SERVER, Fd
from firmer.state.state cimport State

cdef enum:
    ROLES = FD_ROLE_CLIENT | FD_ROLE_SERVER

cdef enum End:
    CLIENT
    SERVER
    LOCAL
    REMOTE

# Names of addresses: something that maps the 4 or 16 bytes of an address to its name, or to None. Nothing is looked up unless somebody
# puts a resolver here: the answers of today say little about the day of a capture.
cdef object resolver = None


def set_resolver(names: object) -> None:
    """Let `names(address)` tell the name of an address for fd.sip.name and its like; None: they have no value."""
    global resolver
    resolver = names


cdef inline bint is_pair(Fd fd) noexcept:
    """Whether the descriptor is a socket with two ends."""
    return fd.type == FD_IPV4 or fd.type == FD_IPV6


cdef bint at_source(Fd fd, State state, End end) except -1:
    """Whether this end of a socket with two ends is its source. The source is the client."""
    if end == CLIENT:
        return True
    if end == SERVER:
        return False
    return state.is_local(fd.sip, state.thread) == (end == LOCAL)


cdef Fd with_end(Event event, State state, End end):
    """The event's descriptor when it is a socket that has this end."""
    cdef Fd fd = fd_now(event, state)
    if fd is None or not is_socket(fd.type) or (end != SERVER and not is_pair(fd)):
        return None
    return fd


cdef bytes address_now(Event event, State state, End end):
    cdef Fd fd = with_end(event, state, end)
    cdef bytes address
    if fd is None or not fd.flags & ROLES:
        return None
    address = fd.sip if is_pair(fd) and at_source(fd, state, end) else fd.dip
    return address if address else None


cdef int give_port(Slot slot, Event event, State state, End end) except -1:
    cdef Fd fd = with_end(event, state, end)
    # a listening socket has its port before it has a role
    if fd is None or (is_pair(fd) and not fd.flags & ROLES):
        return 0
    return give_num(slot, fd.sport if is_pair(fd) and at_source(fd, state, end) else fd.dport)


cdef int give_port_text(Slot slot, Event event, State state, End end) except -1:
    cdef Fd fd = fd_now(event, state)
    if fd is None:
        return 0
    if is_pair(fd):
        if not give_port(slot, event, state, end):
            return 0
        return give_text(slot, b"%d" % slot.num)
    # of all others: the server's port is empty when it listens, the client's when there is a role
    if end == CLIENT:
        return give_text(slot, b"") if fd.flags & ROLES else 0
    return give_text(slot, b"") if end == SERVER and is_socket(fd.type) else 0


cdef int give_host_name(Slot slot, Event event, State state, End end) except -1:
    cdef bytes address
    if resolver is None:
        return 0
    address = address_now(event, state, end)
    return 0 if address is None else give_text(slot, resolver(address))


cdef int get_cip(Slot slot, Event event, State state) except -1:
    return give_text(slot, address_now(event, state, CLIENT))


cdef int get_sip(Slot slot, Event event, State state) except -1:
    return give_text(slot, address_now(event, state, SERVER))


cdef int get_lip(Slot slot, Event event, State state) except -1:
    return give_text(slot, address_now(event, state, LOCAL))


cdef int get_rip(Slot slot, Event event, State state) except -1:
    return give_text(slot, address_now(event, state, REMOTE))


cdef int get_cport(Slot slot, Event event, State state) except -1:
    return give_port(slot, event, state, CLIENT)


cdef int get_sport(Slot slot, Event event, State state) except -1:
    return give_port(slot, event, state, SERVER)


cdef int get_lport(Slot slot, Event event, State state) except -1:
    return give_port(slot, event, state, LOCAL)


cdef int get_rport(Slot slot, Event event, State state) except -1:
    return give_port(slot, event, state, REMOTE)


cdef int get_cproto(Slot slot, Event event, State state) except -1:
    return give_port_text(slot, event, state, CLIENT)


cdef int get_sproto(Slot slot, Event event, State state) except -1:
    return give_port_text(slot, event, state, SERVER)


cdef int get_lproto(Slot slot, Event event, State state) except -1:
    return give_port_text(slot, event, state, LOCAL)


cdef int get_rproto(Slot slot, Event event, State state) except -1:
    return give_port_text(slot, event, state, REMOTE)


cdef int get_cip_name(Slot slot, Event event, State state) except -1:
    return give_host_name(slot, event, state, CLIENT)


cdef int get_sip_name(Slot slot, Event event, State state) except -1:
    return give_host_name(slot, event, state, SERVER)


cdef int get_lip_name(Slot slot, Event event, State state) except -1:
    return give_host_name(slot, event, state, LOCAL)


cdef int get_rip_name(Slot slot, Event event, State state) except -1:
    return give_host_name(slot, event, state, REMOTE)


cdef int get_ip(Slot slot, Event event, State state) except -1:
    """Both ends, with or without a role."""
    cdef Fd fd = fd_now(event, state)
    if fd is None or slot.output or (state.sysdig and not is_socket(fd.type)):
        return 0
    if not is_socket(fd.type):
        # of a descriptor that has no ends `exists` holds, and nothing else
        return give_list(slot, [])
    return give_list(slot, [fd.sip, fd.dip] if is_pair(fd) else [fd.dip])


cdef int get_port(Slot slot, Event event, State state) except -1:
    cdef Fd fd = fd_now(event, state)
    if fd is None or slot.output or (state.sysdig and not is_socket(fd.type)):
        return 0
    if not is_socket(fd.type):
        # of a descriptor that has no ends `exists` holds, and nothing else
        return give_list(slot, [])
    return give_list(slot, [fd.sport, fd.dport] if is_pair(fd) else [fd.dport])


cdef dict only_filter(str example, bint either=False):
    options = {"example": example, "filter_only": True, "no_right_hand_side": True, "no_transformer": True}
    return options | {"many": EITHER} if either else options


cdef dict host_name(str example):
    return {"example": example, "no_right_hand_side": True, "no_transformer": True}


FIELDS = (
    declare("fd.ip", "IPADDR", get_ip, "Address of either end.", only_filter("127.0.0.1", True)),
    declare("fd.cip", "IPADDR", get_cip, "Address of the client.", {"example": "192.168.1.10"}),
    declare("fd.sip", "IPADDR", get_sip, "Address of the server.", {"example": "93.184.216.34"}),
    declare("fd.lip", "IPADDR", get_lip, "Address of this host's end.", {"example": "192.168.1.10"}),
    declare("fd.rip", "IPADDR", get_rip, "Address of the other host's end.", {"example": "93.184.216.34"}),
    declare("fd.port", "PORT", get_port, "Port of either end.", only_filter("443", True)),
    declare("fd.cport", "PORT", get_cport, "Port of the client.", {"example": "40556"}),
    declare("fd.sport", "PORT", get_sport, "Port of the server.", {"example": "443"}),
    declare("fd.lport", "PORT", get_lport, "Port of this host's end.", {"example": "40556"}),
    declare("fd.rport", "PORT", get_rport, "Port of the other host's end.", {"example": "443"}),
    declare("fd.proto", "PORT", get_port, "Port of either end; a condition may name its service.", only_filter("https", True)),
    declare("fd.cproto", "CHARBUF", get_cproto, "Port of the client as text.", {"example": "40556"}),
    declare("fd.sproto", "CHARBUF", get_sproto, "Port of the server as text.", {"example": "443"}),
    declare("fd.lproto", "CHARBUF", get_lproto, "Port of this host's end as text.", {"example": "40556"}),
    declare("fd.rproto", "CHARBUF", get_rproto, "Port of the other host's end as text.", {"example": "443"}),
    declare("fd.net", "IPNET", get_ip, "Network that either end lies in.", only_filter("10.0.0.0/8", True)),
    declare("fd.cnet", "IPNET", get_cip, "Network that the client lies in.", only_filter("10.0.0.0/8")),
    declare("fd.snet", "IPNET", get_sip, "Network that the server lies in.", only_filter("10.0.0.0/8")),
    declare("fd.lnet", "IPNET", get_lip, "Network that this host's end lies in.", only_filter("10.0.0.0/8")),
    declare("fd.rnet", "IPNET", get_rip, "Network that the other host's end lies in.", only_filter("10.0.0.0/8")),
    declare("fd.cip.name", "CHARBUF", get_cip_name, "Host name of the client's address.", host_name("client.example.com")),
    declare("fd.sip.name", "CHARBUF", get_sip_name, "Host name of the server's address.", host_name("www.example.com")),
    declare("fd.lip.name", "CHARBUF", get_lip_name, "Host name of this host's end.", host_name("localhost")),
    declare("fd.rip.name", "CHARBUF", get_rip_name, "Host name of the other host's end.", host_name("www.example.com")),
)
