"""Text of parameters' values, as far as the bytes alone tell it: numbers, flags, signals, addresses.

Written into a growing `Text`, never into Python objects: a printed event makes dozens of these.
"""

from libc.stdint cimport int64_t, uint16_t, uint64_t, uint8_t
from libc.stdio cimport snprintf
from libc.stdlib cimport free, realloc
from libc.string cimport memcmp, memcpy, strlen

from firmer.event cimport Span
from firmer.events cimport fdtype, services, table
from firmer.events.table cimport NamedValue

cdef extern from "arpa/inet.h" nogil:
    enum: AF_INET6
    const char *inet_ntop(int family, const void *source, char *text, unsigned int size)

# The families of the captures are Linux's numbers, whatever the host.
cdef enum:
    FAMILY_UNIX = 1
    FAMILY_INET = 2
    FAMILY_INET6 = 10

cdef const unsigned char *MAPPED = b"\0\0\0\0\0\0\0\0\0\0\xff\xff"
cdef const char *FD_LETTERS = b"ofd4646pueXslitnfburmP"       # by the numbers of fdtype: 0 unknown ... 21 pidfd
cdef const unsigned char *NO_ADDRESS = b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"


cdef class Text:
    def __cinit__(self):
        self.grow(1)  # so that there always is a place to write to, even for nothing

    def __dealloc__(self):
        free(self.at)

    cdef char *grow(self, Py_ssize_t more) except NULL:
        cdef Py_ssize_t room = 2 * self.room if 2 * self.room > self.size + more else self.size + more + 256
        cdef char *at = <char *>realloc(self.at, room)
        if at == NULL:
            raise MemoryError
        self.at = at
        self.room = room
        return at + self.size

    cdef bytes taken(self):
        """What was written, as bytes; the text is empty afterwards."""
        cdef bytes text = self.at[:self.size] if self.size else b""
        self.size = 0
        return text


cdef int put(Text out, const void *start, Py_ssize_t size) except -1:
    memcpy(out.reserve(size), start, size)
    out.size += size
    return 0


cdef int put_char(Text out, char byte) except -1:
    out.reserve(1)[0] = byte
    out.size += 1
    return 0


cdef int put_word(Text out, const char *word) except -1:
    return put(out, word, strlen(word))


cdef int put_bytes(Text out, bytes text) except -1:
    return put(out, <const char *>text, len(text))


cdef int put_unsigned(Text out, uint64_t value) except -1:
    cdef char digits[24]
    cdef int at = 24
    while True:
        at -= 1
        digits[at] = 48 + value % 10
        value //= 10
        if value == 0:
            return put(out, digits + at, 24 - at)


cdef int put_signed(Text out, int64_t value) except -1:
    if value < 0:
        put_char(out, b"-")
        return put_unsigned(out, -<uint64_t>value)
    return put_unsigned(out, <uint64_t>value)


cdef int put_hex(Text out, uint64_t value, bint upper) except -1:
    cdef char digits[16]
    cdef int at = 16, digit
    while True:
        at -= 1
        digit = value & 15
        digits[at] = 48 + digit if digit < 10 else (55 if upper else 87) + digit
        value >>= 4
        if value == 0:
            return put(out, digits + at, 16 - at)


cdef int put_octal(Text out, uint64_t value) except -1:
    """With a leading zero unless it is zero."""
    cdef char digits[24]
    cdef int at = 24
    while value:
        at -= 1
        digits[at] = 48 + (value & 7)
        value >>= 3
    at -= 1
    digits[at] = 48
    return put(out, digits + at, 24 - at)


cdef int put_padded(Text out, uint64_t value, int digits) except -1:
    """At least so many digits, zeros in front."""
    cdef uint64_t limit = 10
    cdef int missing = digits - 1
    while missing > 0 and value >= limit:
        limit *= 10
        missing -= 1
    while missing > 0:
        put_char(out, b"0")
        missing -= 1
    return put_unsigned(out, value)


cdef int put_seconds(Text out, uint64_t ns) except -1:
    """A time span in seconds, six digits at most: 0.0015."""
    cdef char text[32]
    return put(out, text, snprintf(text, sizeof(text), "%g", ns / 1e9))


cdef int put_dotted(Text out, const unsigned char *start, Py_ssize_t size) except -1:
    """The bytes, unprintable ones as dots."""
    cdef char *at = out.reserve(size + 1)
    cdef Py_ssize_t k
    for k in range(size):
        at[k] = start[k] if 32 <= start[k] < 127 else 46
    out.size += size
    return 0


cdef int put_printable(Text out, const unsigned char *start, Py_ssize_t size) except -1:
    """The text up to its NUL, without its unprintable bytes."""
    cdef char *at = out.reserve(size + 1)
    cdef Py_ssize_t k, filled = 0
    for k in range(size):
        if start[k] == 0:
            break
        if 32 <= start[k] < 127:
            at[filled] = start[k]
            filled += 1
    out.size += filled
    return 0


cdef int put_flags(Text out, const NamedValue *rows, uint64_t value) except -1:
    """Names of the bits, joined with |; returns whether there was any.

    In the table's order: an entry equal to the whole value ends the walk, an entry whose bits are all left takes them away.
    """
    cdef uint64_t left = value
    cdef bint any = False
    while rows != NULL and rows.name != NULL:
        if rows.value == value or (rows.value != 0 and (left & rows.value) == rows.value):
            if any:
                put_char(out, b"|")
            put_word(out, rows.name)
            any = True
            if rows.value == value:
                return 1
            left &= ~rows.value
        rows += 1
    return any


cdef int put_names(Text out, const NamedValue *rows, uint64_t value) except -1:
    """All names of exactly this value, joined with |; returns whether there was any."""
    cdef bint any = False
    while rows != NULL and rows.name != NULL:
        if rows.value == value:
            if any:
                put_char(out, b"|")
            put_word(out, rows.name)
            any = True
        rows += 1
    return any


cdef int put_signals(Text out, uint64_t bits) except -1:
    """Names of the signals of a set, joined with blanks; returns whether there was any."""
    cdef int number
    cdef bint any = False
    cdef const char *name
    for number in range(1, 65):
        if bits >> (number - 1) & 1:
            name = table.value_name(table.signal_names, number)
            if name != NULL:
                if any:
                    put_char(out, b" ")
                put_word(out, name)
                any = True
    return any


cdef int put_ip(Text out, const unsigned char *ip, Py_ssize_t size) except -1:
    """Dotted quad, or the shortest form of an IPv6 address (RFC 5952)."""
    cdef char text[64]
    cdef int k
    if size == 4:
        for k in range(4):
            if k:
                put_char(out, b".")
            put_unsigned(out, ip[k])
        return 0
    if size == 16 and inet_ntop(AF_INET6, ip, text, sizeof(text)) != NULL:
        return put_word(out, text)
    return 0


cdef inline uint16_t port_at(const unsigned char *at) noexcept:
    return at[0] | at[1] << 8


cdef int put_port(Text out, uint16_t port) except -1:
    cdef bytes name = services.service_name(port) if services.resolving else None
    return put_unsigned(out, port) if name is None else put_bytes(out, name)


cdef inline uint64_t address_at(const unsigned char *at) noexcept:
    cdef uint64_t value
    memcpy(&value, at, 8)
    return value


cdef bint is_mapped(const unsigned char *ip) noexcept:
    """An IPv4 address in IPv6 clothes, or no address at all."""
    return memcmp(ip, MAPPED, 12) == 0 or memcmp(ip, NO_ADDRESS, 16) == 0


cdef int put_family(Text out, int family) except -1:
    put(out, b"family ", 7)
    return put_unsigned(out, family)


cdef int put_path(Text out, const unsigned char *at, Py_ssize_t size, bint sysdig) except -1:
    cdef Py_ssize_t end = 0
    if sysdig:
        return put_printable(out, at, size)
    while end < size and at[end]:
        end += 1
    return put(out, at, end)


cdef int put_sockaddr(Text out, Span span, bint sysdig) except -1:
    """One end of a connection: `10.0.0.79:22`, a path, `family 16`."""
    cdef Py_ssize_t width
    if span.size == 0:
        return put(out, b"NULL", 4) if sysdig else put(out, b"<NA>", 4)
    if span.at[0] == FAMILY_UNIX:
        return put_path(out, span.at + 1, span.size - 1, sysdig)
    if span.at[0] != FAMILY_INET and span.at[0] != FAMILY_INET6:
        return put_family(out, span.at[0])
    width = 4 if span.at[0] == FAMILY_INET else 16
    if span.size != 1 + width + 2:
        return put_word(out, b"INVALID IPv4" if width == 4 else b"INVALID IPv6")
    put_ip(out, span.at + 1, width)
    put_char(out, b":")
    return put_port(out, port_at(span.at + 1 + width))


cdef int put_ip_tuple(Text out, const unsigned char *sip, uint16_t sport, const unsigned char *dip, uint16_t dport, Py_ssize_t size) except -1:
    """`source:port->destination:port`; IPv6 pairs that stand for IPv4 ones are written so."""
    if size == 16 and is_mapped(sip) and is_mapped(dip):
        sip += 12
        dip += 12
        size = 4
    put_ip(out, sip, size)
    put_char(out, b":")
    put_port(out, sport)
    put(out, b"->", 2)
    put_ip(out, dip, size)
    put_char(out, b":")
    return put_port(out, dport)


cdef int put_socktuple(Text out, Span span, bint sysdig) except -1:
    """Both ends of a connection; unix sockets as kernel addresses and a path."""
    cdef Py_ssize_t width
    if span.size == 0:
        return put(out, b"NULL", 4)
    if span.at[0] == FAMILY_UNIX and span.size >= 17:
        put_hex(out, address_at(span.at + 1), False)
        put(out, b"->", 2)
        put_hex(out, address_at(span.at + 9), False)
        put_char(out, b" ")
        return put_path(out, span.at + 17, span.size - 17, sysdig)
    if span.at[0] != FAMILY_INET and span.at[0] != FAMILY_INET6:
        return put_family(out, span.at[0])
    width = 4 if span.at[0] == FAMILY_INET else 16
    if span.size != 1 + 2 * (width + 2):
        return put_word(out, b"INVALID IPv4" if width == 4 else b"INVALID IPv6")
    return put_ip_tuple(
        out, span.at + 1, port_at(span.at + 1 + width), span.at + 3 + width, port_at(span.at + 3 + 2 * width), width
    )


cdef char fd_char(uint8_t type, bint sysdig) noexcept:
    """Letter of a kind of descriptor."""
    if type == fdtype.FD_FILE or type == fdtype.FD_FILE_V2:
        return b"f"
    if type == fdtype.FD_IPV4 or type == fdtype.FD_IPV4_SERVER:
        return b"4"
    if type == fdtype.FD_IPV6 or type == fdtype.FD_IPV6_SERVER:
        return b"6"
    if sysdig and type > fdtype.FD_NETLINK:
        return b"?"
    return FD_LETTERS[type] if type < 22 else b"?"


cdef char l4_char(uint8_t l4proto) noexcept:
    """Letter of a transport protocol; 0 for those without."""
    if l4proto == fdtype.L4_TCP:
        return b"t"
    if l4proto == fdtype.L4_UDP:
        return b"u"
    if l4proto == fdtype.L4_ICMP:
        return b"i"
    if l4proto == fdtype.L4_RAW:
        return b"r"
    return 0


def flags_text(values: list, value: int) -> bytes:
    """Names of the bits of `value` by a table of (name, value) pairs: for tests and listings."""
    cdef NamedValue rows[128]
    cdef Text out = Text()
    cdef Py_ssize_t k
    if len(values) > 127:
        raise ValueError("more than 127 names")
    names = [name for name, _ in values]
    for k in range(len(names)):
        rows[k].name = <bytes>names[k]
        rows[k].value = values[k][1]
    rows[len(names)].name = NULL
    put_flags(out, rows, value)
    return out.taken()


def rendered(kind: str, data: bytes, sysdig: bool = False) -> bytes:
    """One value in one form, for tests: sockaddr, socktuple, ip, dotted, printable; signals of a number."""
    cdef Text out = Text()
    cdef Span span
    cdef bytes held = data
    span.at = <const unsigned char *><const char *>held
    span.size = len(held)
    if kind == "sockaddr":
        put_sockaddr(out, span, sysdig)
    elif kind == "socktuple":
        put_socktuple(out, span, sysdig)
    elif kind == "ip":
        put_ip(out, span.at, span.size)
    elif kind == "dotted":
        put_dotted(out, span.at, span.size)
    elif kind == "printable":
        put_printable(out, span.at, span.size)
    else:
        raise ValueError(kind)
    return out.taken()


def number_text(form: str, value: int) -> bytes:
    """One number in one form, for tests: dec, hex, lowhex, oct, pad, seconds, signals."""
    cdef Text out = Text()
    if form == "dec":
        put_signed(out, value)
    elif form == "hex":
        put_hex(out, value, True)
    elif form == "lowhex":
        put_hex(out, value, False)
    elif form == "oct":
        put_octal(out, value)
    elif form == "pad":
        put_padded(out, value, 9)
    elif form == "seconds":
        put_seconds(out, value)
    elif form == "signals":
        put_signals(out, value)
    else:
        raise ValueError(form)
    return out.taken()
