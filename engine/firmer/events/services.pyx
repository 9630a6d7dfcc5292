"""Names of ports, as this host's table of services has them: what sysdig's -R prints.

A capture does not hold such a table, so this is the one thing that is told by the host that reads.
"""

from libc.stdint cimport uint16_t

cdef extern from "arpa/inet.h" nogil:
    uint16_t htons(uint16_t value)

cdef extern from "netdb.h" nogil:
    struct servent:
        char *s_name
    servent *getservbyport(int port, const char *protocol)

cdef dict names = {}
resolving = False


def resolve_ports(wanted: bool) -> None:
    """Choose whether this run prints ports by name."""
    global resolving
    resolving = wanted


cdef bytes service_name(uint16_t port):
    """None for a port without a name; names have 15 letters at most (RFC 6335)."""
    cdef servent *entry
    if port not in names:
        entry = getservbyport(htons(port), NULL)
        names[port] = None if entry == NULL else (<bytes>entry.s_name)[:15]
    return names[port]


def service(port: int) -> bytes | None:
    """The name of a port."""
    return service_name(port)
