"""Socket addresses: reading them from parameters, printing them, telling this host's from others."""

from libc.stdint cimport uint16_t, uint64_t

from firmer.event cimport Span
from firmer.state.fd cimport Fd
from firmer.state.state cimport State
from firmer.state.thread cimport Thread

cdef enum Family:
    AF_UNSPEC = 0
    AF_UNIX = 1
    AF_INET = 2
    AF_INET6 = 10
    AF_NETLINK = 16

# One end or both ends of a connection. `size` is 4, 16, or 0 for unix sockets; a lone address stands in the destination.
ctypedef struct Ends:
    int family
    int size
    const unsigned char *sip
    const unsigned char *dip
    uint16_t sport
    uint16_t dport
    uint64_t source
    uint64_t destination
    const unsigned char *path
    Py_ssize_t path_size

cdef bint read_tuple(Span span, Ends *ends) noexcept
cdef bint read_address(Span span, Ends *ends) noexcept
cdef bytes ends_text(const Ends *ends, Span span, bint alone)
cdef bytes pair_text(Fd fd)
cdef bytes endpoint(bytes ip, int port)
cdef bytes ends_path(const Ends *ends)
cdef int set_interfaces(State state, list interfaces) except -1
cdef int infer(State state, Fd fd) except -1
cdef bint is_local_address(State state, bytes ip, Thread thread)
