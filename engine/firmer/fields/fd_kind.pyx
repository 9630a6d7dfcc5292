"""Words for the kinds of descriptors and their protocols: `fd.type`, `fd.l4proto`."""

from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.tuple cimport PyTuple_GET_ITEM, PyTuple_GET_SIZE

from firmer.events.render cimport fd_char

cdef bytes NONE = b"<NA>"

# by FdType
cdef tuple WORDS = (
    NONE, b"file", b"directory", b"ipv4", b"ipv6", b"ipv4", b"ipv6", b"pipe", b"unix", b"event", NONE, b"signalfd", b"eventpoll", b"inotify",
    b"timerfd", b"netlink", b"file", b"bpf", b"userfaultfd", b"io_uring", b"memfd", b"pidfd",
)
# by L4Proto
cdef tuple PROTOS = (NONE, NONE, b"tcp", b"udp", b"icmp", b"raw")


cdef bytes kind_word(int type):
    """The kind as a word; the text <NA> for kinds without one."""
    return <bytes>PyTuple_GET_ITEM(WORDS, type) if 0 <= type < PyTuple_GET_SIZE(WORDS) else NONE


cdef bytes kind_letter(int type, bint sysdig):
    """The kind as one letter."""
    cdef char letter = fd_char(<unsigned char>type, sysdig)
    return PyBytes_FromStringAndSize(&letter, 1)


cdef bytes l4_word(int proto):
    """The protocol's name; the text <NA> without one."""
    return <bytes>PyTuple_GET_ITEM(PROTOS, proto) if 0 <= proto < PyTuple_GET_SIZE(PROTOS) else NONE
