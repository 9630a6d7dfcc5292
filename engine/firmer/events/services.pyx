"""Names of ports, as this host's table of services has them: what sysdig's -R prints.

A capture does not hold such a table, so this is the one thing that is told by the host that reads.
"""

from libc.stdint cimport uint16_t, uint8_t

from firmer.events cimport fdtype

cdef extern from "arpa/inet.h" nogil:
    uint16_t htons(uint16_t value)

cdef extern from "netdb.h" nogil:
    struct servent:
        char *s_name
    servent *getservbyport(int port, const char *protocol)

cdef dict names = {}
resolving = False
transport = 0


def resolve_ports(wanted: bool) -> None:
    """Choose whether this run prints ports by name."""
    global resolving
    resolving = wanted


cdef bytes service_name(uint16_t port):
    """None for a port without a name; names have 15 letters at most (RFC 6335)."""
    cdef servent *entry
    cdef const char *protocol = NULL
    if transport == fdtype.L4_TCP:
        protocol = b"tcp"
    elif transport == fdtype.L4_UDP:
        protocol = b"udp"
    key = port << 8 | transport
    if key not in names:
        entry = getservbyport(htons(port), protocol)
        names[key] = None if entry == NULL else (<bytes>entry.s_name)[:15]
    return names[key]


def service(port: int, l4proto: int = 0) -> bytes | None:
    """The name of a port."""
    global transport
    transport = l4proto
    try:
        return service_name(port)
    finally:
        transport = 0
