"""Words for the kinds of descriptors and their protocols."""

cdef bytes kind_word(int type)
cdef bytes kind_letter(int type, bint sysdig)
cdef bytes l4_word(int proto)


cdef inline bint is_socket(int type) noexcept:
    """IPv4 or IPv6, listening or not; by the numbers of events/fdtype.pxd."""
    return 3 <= type <= 6
