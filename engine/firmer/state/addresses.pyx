"""Socket addresses: reading them from parameters, printing them, telling this host's from others.

Layouts (SOCKADDR, SOCKTUPLE) as in docs/capture-format.md; ports in host order, addresses in network order.
"""

from libc.stdint cimport uint16_t, uint64_t
from libc.stdio cimport snprintf
from libc.string cimport memcmp, memcpy

from firmer.event cimport Span
from firmer.events cimport services
from firmer.events.fdtype cimport FD_IPV4, FD_IPV4_SERVER, FD_IPV6, FD_IPV6_SERVER, L4_ICMP, L4_RAW

cdef extern from "arpa/inet.h":
    const char *inet_ntop(int family, const void *source, char *text, unsigned int size) noexcept

cdef enum:
    TEXT_SIZE = 64            # an IPv6 address and a port, as text

cdef const unsigned char *MAPPED = b"\0\0\0\0\0\0\0\0\0\0\xff\xff"
cdef const unsigned char *NOTHING = b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
cdef bytes LOOPBACK = b"\x7f\0\0\x01"
cdef bytes NO_IPV4 = b"\0\0\0\0"


# -- reading -----------------------------------------------------------------------------------------------------------
cdef uint16_t u16(const unsigned char *at) noexcept:
    cdef uint16_t value
    memcpy(&value, at, 2)
    return value


cdef bint mapped(const unsigned char *ip) noexcept:
    """Whether the IPv6 address stands for an IPv4 one."""
    return memcmp(ip, MAPPED, 12) == 0 or memcmp(ip, NOTHING, 16) == 0


cdef bint read_tuple(Span span, Ends *ends) noexcept:
    """Both ends of a SOCKTUPLE; pairs of IPv4-mapped addresses become IPv4. False when empty, of a wrong length or another family."""
    cdef const unsigned char *at = span.at
    ends.family = AF_UNSPEC
    ends.size = 0
    ends.path = NULL
    ends.path_size = 0
    if span.at == NULL or span.size < 1:
        return False
    ends.family = at[0]
    if at[0] == AF_INET and span.size == 13:
        ends.size = 4
        ends.sip = at + 1
        ends.sport = u16(at + 5)
        ends.dip = at + 7
        ends.dport = u16(at + 11)
        return True
    if at[0] == AF_INET6 and span.size == 37:
        ends.size = 16
        ends.sip = at + 1
        ends.sport = u16(at + 17)
        ends.dip = at + 19
        ends.dport = u16(at + 35)
        if mapped(ends.sip) and mapped(ends.dip):
            ends.family = AF_INET
            ends.size = 4
            ends.sip += 12
            ends.dip += 12
        return True
    if at[0] == AF_UNIX and span.size >= 17:
        memcpy(&ends.source, at + 1, 8)
        memcpy(&ends.destination, at + 9, 8)
        ends.path = at + 17
        ends.path_size = span.size - 17
        return True
    return False


cdef bint read_address(Span span, Ends *ends) noexcept:
    """The address of a SOCKADDR, as destination. False when empty, of a wrong length or another family."""
    cdef const unsigned char *at = span.at
    ends.family = AF_UNSPEC
    ends.size = 0
    ends.path = NULL
    ends.path_size = 0
    ends.source = ends.destination = 0
    if span.at == NULL or span.size < 1:
        return False
    ends.family = at[0]
    if at[0] == AF_INET and span.size == 7:
        ends.size = 4
        ends.sip = NOTHING
        ends.sport = 0
        ends.dip = at + 1
        ends.dport = u16(at + 5)
        return True
    if at[0] == AF_INET6 and span.size == 19:
        ends.size = 16
        ends.sip = NOTHING
        ends.sport = 0
        ends.dip = at + 1
        ends.dport = u16(at + 17)
        if mapped(ends.dip):
            ends.family = AF_INET
            ends.size = 4
            ends.dip += 12
        return True
    if at[0] == AF_UNIX:
        ends.path = at + 1
        ends.path_size = span.size - 1
        return True
    return False


cdef bytes ends_path(const Ends *ends):
    """Path of a unix socket up to its NUL."""
    cdef Py_ssize_t size = 0
    while size < ends.path_size and ends.path[size] != 0:
        size += 1
    return (<const char *>ends.path)[:size]


# -- printing ----------------------------------------------------------------------------------------------------------
cdef int print_end(char *text, const unsigned char *ip, int size, int port) except -1:
    """`address:port`, or the address alone for a port below 0; returns the length."""
    cdef char address[TEXT_SIZE]
    cdef bytes name
    if size == 4:
        snprintf(address, TEXT_SIZE, b"%u.%u.%u.%u", <unsigned int>ip[0], <unsigned int>ip[1], <unsigned int>ip[2], <unsigned int>ip[3])
    elif inet_ntop(AF_INET6, ip, address, TEXT_SIZE) == NULL:
        address[0] = 0
    if port < 0:
        return snprintf(text, TEXT_SIZE, b"%s", address)
    name = services.service_name(port) if services.resolving else None
    if name is not None:
        return snprintf(text, TEXT_SIZE, b"%s:%s", address, <const char *>name)
    return snprintf(text, TEXT_SIZE, b"%s:%d", address, port)


cdef bytes endpoint(bytes ip, int port):
    """`address:port` of 4 or 16 bytes."""
    cdef char text[TEXT_SIZE]
    if len(ip) != 4 and len(ip) != 16:
        return b""
    return text[:print_end(text, ip, <int>len(ip), port)]


cdef bytes pair_of(const unsigned char *sip, int sport, const unsigned char *dip, int dport, int size):
    cdef char text[2 * TEXT_SIZE + 2]
    cdef int filled
    if size == 16 and mapped(sip) and mapped(dip):
        size, sip, dip = 4, sip + 12, dip + 12
    filled = print_end(text, sip, size, sport)
    memcpy(text + filled, b"->", 2)
    filled += 2
    filled += print_end(text + filled, dip, size, dport)
    return text[:filled]


cdef bytes pair_text(Fd fd):
    """`a:p->b:q` from the addresses of a descriptor; ICMP and raw sockets have no ports."""
    cdef bint plain = fd.l4proto == L4_ICMP or fd.l4proto == L4_RAW
    cdef Py_ssize_t size = len(fd.dip)
    services.transport = fd.l4proto
    if len(fd.sip) != size or (size != 4 and size != 16):
        return b""
    return pair_of(fd.sip, -1 if plain else fd.sport, fd.dip, -1 if plain else fd.dport, <int>size)


cdef bytes ends_text(const Ends *ends, Span span, bint alone):
    """A SOCKTUPLE, or with `alone` a SOCKADDR, as sysdig and Falco print it. `span` is what was read into `ends`."""
    cdef char text[TEXT_SIZE]
    if span.at == NULL or span.size == 0:
        return b"NULL"
    if ends.size:
        if alone:
            return text[:print_end(text, ends.dip, ends.size, ends.dport)]
        return pair_of(ends.sip, ends.sport, ends.dip, ends.dport, ends.size)
    if ends.path != NULL:
        path = ends_path(ends)
        if alone:
            return path
        return b"%x->%x %s" % (ends.source, ends.destination, bytes([byte for byte in path if 32 <= byte < 127]))
    if ends.family == AF_INET:
        return b"INVALID IPv4"
    if ends.family == AF_INET6:
        return b"INVALID IPv6"
    return b"family %d" % ends.family


# -- this host ---------------------------------------------------------------------------------------------------------
cdef int set_interfaces(State state, list interfaces) except -1:
    state.interfaces = interfaces
    usable = [interface for interface in interfaces if len(interface.ip) in (4, 16)]
    state.local_ips = [interface for interface in usable if len(interface.netmask) == len(interface.ip)]
    return 0


cdef bint same_net(bytes ip, bytes other, bytes mask) noexcept:
    cdef const unsigned char *left = ip
    cdef const unsigned char *right = other
    cdef const unsigned char *bits = mask
    cdef Py_ssize_t k
    for k in range(len(ip)):
        if (left[k] ^ right[k]) & bits[k]:
            return False
    return True


cdef bytes own_address_for(State state, bytes ip):
    """Which of this host's addresses talks to `ip`: that itself, the one in its net, else the first that leads out; None without any."""
    cdef bytes found = None
    for interface in state.local_ips:
        if interface.ip == ip:
            return ip
    for interface in state.local_ips:
        if len(interface.ip) == len(ip) and same_net(ip, interface.ip, interface.netmask):
            return interface.ip
    for interface in state.local_ips:
        if len(interface.ip) == len(ip) and interface.ip != LOOPBACK and not (len(ip) == 16 and interface.ip == bytes(15) + b"\x01"):
            return interface.ip
    return found


cdef int infer(State state, Fd fd) except -1:
    """Fill in a missing address of a pair from the other one. `fd` is a copy that is not in a table yet."""
    cdef bytes nothing, found
    if len(fd.sip) != len(fd.dip) or len(fd.sip) == 0:
        return 0
    nothing = bytes(len(fd.sip))
    if fd.sip == nothing:
        found = own_address_for(state, fd.dip)
        if found is not None and not (found == fd.dip and fd.sport == fd.dport):
            fd.sip = found
    elif fd.dip == nothing:
        found = own_address_for(state, fd.sip)
        if found is not None and not (found == fd.sip and fd.sport == fd.dport):
            fd.dip = found
    return 0


cdef bint is_local_address(State state, bytes ip, Thread thread):
    """Whether the address is this host's, or belongs to the thread's container."""
    cdef bint inside = thread is not None and len(thread.container_id) > 0
    cdef object container
    if len(ip) == 16:
        if inside:
            return False
        for interface in state.local_ips:
            if len(interface.ip) == 16 and (<bytes>interface.ip)[:8] == ip[:8]:
                return True
        return False
    for interface in state.local_ips:
        if interface.ip == ip:
            return True
    if inside:
        container = state.containers.get(thread.container_id)
        if container is not None and container.ip and container.ip != NO_IPV4:
            return container.ip == ip
        for container in state.containers.values():
            if container.ip == ip and ip != NO_IPV4:
                return True
    return False


# -- for Python --------------------------------------------------------------------------------------------------------
def tuple_text(parameter: bytes) -> bytes:
    """A SOCKTUPLE parameter as text."""
    cdef Ends ends
    cdef Span span
    span.at = parameter
    span.size = len(parameter)
    read_tuple(span, &ends)
    return ends_text(&ends, span, False)


def is_local(State state not None, bytes ip not None, Thread thread) -> bool:
    """Whether the address is this host's, or belongs to the thread's container."""
    return is_local_address(state, ip, thread)
