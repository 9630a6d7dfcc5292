"""Text of parameters' values, as far as the bytes alone tell it. Row below the state: names of threads, paths, users come later."""

from libc.stdint cimport int64_t, uint16_t, uint64_t, uint8_t

from firmer.event cimport Span
from firmer.events.table cimport NamedValue


cdef class Text:
    """Bytes that grow: what a line is written into. `size = 0` empties it; the memory stays."""
    cdef char *at
    cdef Py_ssize_t size
    cdef Py_ssize_t room
    cdef char *grow(self, Py_ssize_t more) except NULL
    cdef bytes taken(self)

    cdef inline char *reserve(self, Py_ssize_t more) except NULL:
        """Where the next `more` bytes may be written; the caller adds what it used to `size`."""
        # `>`, not `>=`: a text that has no memory yet must get some, even for nothing, as NULL means an error
        if self.room - self.size > more:
            return self.at + self.size
        return self.grow(more)


cdef int put(Text out, const void *start, Py_ssize_t size) except -1
cdef int put_char(Text out, char byte) except -1
cdef int put_word(Text out, const char *word) except -1
cdef int put_bytes(Text out, bytes text) except -1
cdef int put_signed(Text out, int64_t value) except -1
cdef int put_unsigned(Text out, uint64_t value) except -1
cdef int put_hex(Text out, uint64_t value, bint upper) except -1
cdef int put_octal(Text out, uint64_t value) except -1
cdef int put_padded(Text out, uint64_t value, int digits) except -1
cdef int put_seconds(Text out, uint64_t ns) except -1
cdef int put_dotted(Text out, const unsigned char *start, Py_ssize_t size) except -1
cdef int put_printable(Text out, const unsigned char *start, Py_ssize_t size) except -1
cdef int put_flags(Text out, const NamedValue *rows, uint64_t value) except -1
cdef int put_names(Text out, const NamedValue *rows, uint64_t value) except -1
cdef int put_signals(Text out, uint64_t bits) except -1
cdef int put_ip(Text out, const unsigned char *ip, Py_ssize_t size) except -1
cdef int put_sockaddr(Text out, Span span, bint sysdig) except -1
cdef int put_socktuple(Text out, Span span, bint sysdig) except -1
cdef int put_ip_tuple(Text out, const unsigned char *sip, uint16_t sport, const unsigned char *dip, uint16_t dport, Py_ssize_t size) except -1
cdef bint is_mapped(const unsigned char *ip) noexcept
cdef char fd_char(uint8_t type, bint sysdig) noexcept
cdef char l4_char(uint8_t l4proto) noexcept
