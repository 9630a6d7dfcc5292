"""The only file that moves a pointer through a metadata block: every read is checked against what is left."""

from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t, uint8_t
from libc.string cimport memcpy


ctypedef struct Cursor:
    const unsigned char *at
    Py_ssize_t left


cdef int short_read(Py_ssize_t wanted, Py_ssize_t left) except -1
cdef int long_text(Py_ssize_t size, Py_ssize_t limit) except -1


cdef inline const unsigned char *take(Cursor *c, Py_ssize_t n) except NULL:
    """The next `n` bytes, stepping over them; Damage when fewer are left."""
    cdef const unsigned char *start = c.at
    if n < 0 or n > c.left:
        short_read(n, c.left)
    c.at += n
    c.left -= n
    return start


cdef inline int sub(Cursor *c, Py_ssize_t n, Cursor *part) except -1:
    """The next `n` bytes as a cursor of their own, stepping over them."""
    part.at = take(c, n)
    part.left = n
    return 0


cdef inline uint8_t u8(Cursor *c) except? 0:
    return take(c, 1)[0]


cdef inline uint16_t u16(Cursor *c) except? 0:
    cdef uint16_t value
    memcpy(&value, take(c, 2), 2)
    return value


cdef inline uint32_t u32(Cursor *c) except? 0:
    cdef uint32_t value
    memcpy(&value, take(c, 4), 4)
    return value


cdef inline uint64_t u64(Cursor *c) except? 0:
    cdef uint64_t value
    memcpy(&value, take(c, 8), 8)
    return value


cdef inline int64_t i64(Cursor *c) except? 0:
    cdef int64_t value
    memcpy(&value, take(c, 8), 8)
    return value


cdef inline bytes raw(Cursor *c, Py_ssize_t n):
    """The next `n` bytes as they are."""
    cdef const unsigned char *start = take(c, n)
    return (<const char *>start)[:n]


cdef inline bytes text(Cursor *c, Py_ssize_t limit):
    """A text: 16 bits of length and so many bytes, at most `limit`."""
    cdef Py_ssize_t n = u16(c)
    if n > limit:
        long_text(n, limit)
    return raw(c, n)
