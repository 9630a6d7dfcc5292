"""Bytes that a terminal or a JSON reader would take for more than text.

What a process writes may hold sequences that a terminal obeys: move, repaint, rename its window, answer as if the user had typed. On its way
to a terminal every control byte becomes `\\xHH`; so do bytes that are no UTF-8, and the control characters U+0080 to U+009F.
"""

from libc.stdint cimport uint32_t
from libc.string cimport memcpy

from firmer.events.render cimport Text, put, put_char

cdef const char *DIGITS = b"0123456789abcdef"
cdef enum:
    BAD = 0xFFFD              # the character that stands for what is none


cdef inline bint follows(unsigned char byte) noexcept:
    return byte & 0xC0 == 0x80


cdef int character(const unsigned char *at, Py_ssize_t size, uint32_t *code) noexcept:
    """Length of the character that stands here; `code` is BAD where it is no UTF-8."""
    cdef unsigned char first = at[0]
    code[0] = first
    if first < 0x80:
        return 1
    if 0xC2 <= first < 0xE0 and size > 1 and follows(at[1]):
        code[0] = (first & 0x1F) << 6 | at[1] & 0x3F
        return 2
    if 0xE0 <= first < 0xF0 and size > 2 and follows(at[1]) and follows(at[2]):
        code[0] = (first & 0x0F) << 12 | (at[1] & 0x3F) << 6 | at[2] & 0x3F
        if code[0] < 0x800 or 0xD800 <= code[0] < 0xE000:
            code[0] = BAD
        return 3
    if 0xF0 <= first < 0xF5 and size > 3 and follows(at[1]) and follows(at[2]) and follows(at[3]):
        code[0] = (first & 0x07) << 18 | (at[1] & 0x3F) << 12 | (at[2] & 0x3F) << 6 | at[3] & 0x3F
        if code[0] < 0x10000 or code[0] > 0x10FFFF:
            code[0] = BAD
        return 4
    code[0] = BAD
    return 1


cdef int escape_tail(Text out, Py_ssize_t start, bint lines) except -1:
    """Escape what was written since `start`; `lines`: newlines and tabs stay, as -A, -x and -X make them."""
    cdef Py_ssize_t k, size = out.size - start
    cdef const unsigned char *text = <const unsigned char *>out.at + start
    for k in range(size):
        if text[k] < 32 or text[k] >= 127:
            return rewrite_tail(out, start, lines)
    return 0


cdef int rewrite_tail(Text out, Py_ssize_t start, bint lines) except -1:
    cdef bytes held = out.at[start:out.size]
    cdef const unsigned char *at = held
    cdef Py_ssize_t size = len(held), k = 0
    cdef uint32_t code
    cdef int width, byte
    out.size = start
    while k < size:
        width = character(at + k, size - k, &code)
        if (code >= 32 and code < 127) or (code >= 0xA0 and code != BAD) or (lines and (code == 9 or code == 10)):
            put(out, at + k, width)
        else:
            for byte in range(width):
                put_byte(out, at[k + byte])
        k += width
    return 0


cdef int put_byte(Text out, unsigned char byte) except -1:
    put(out, b"\\x", 2)
    put_char(out, DIGITS[byte >> 4])
    return put_char(out, DIGITS[byte & 15])


cdef int put_json(Text out, const unsigned char *at, Py_ssize_t size, bint terminal) except -1:
    """A JSON string, quotes included, as sysdig writes it: all that is not ASCII as \\u; for a terminal DEL, too."""
    cdef Py_ssize_t k = 0, plain
    cdef uint32_t code
    cdef char short
    put_char(out, b'"')
    while k < size:
        plain = k
        while k < size and 32 <= at[k] < 127 and at[k] != 34 and at[k] != 92:
            k += 1
        if k > plain:
            put(out, at + plain, k - plain)
            continue
        k += character(at + k, size - k, &code)
        short = short_escape(code)
        if short:
            put_char(out, b"\\")
            put_char(out, short)
        elif code == 127 and not terminal:
            put_char(out, 127)
        elif code >= 0x10000:
            put_unit(out, 0xD800 + ((code - 0x10000) >> 10))
            put_unit(out, 0xDC00 + ((code - 0x10000) & 0x3FF))
        else:
            put_unit(out, code)
    return put_char(out, b'"')


cdef inline char short_escape(uint32_t code) noexcept:
    if code == 34 or code == 92:
        return <char>code
    if code == 10:
        return b"n"
    if code == 9:
        return b"t"
    if code == 13:
        return b"r"
    if code == 8:
        return b"b"
    if code == 12:
        return b"f"
    return 0


cdef int put_unit(Text out, uint32_t unit) except -1:
    cdef char text[6]
    memcpy(text, b"\\u", 2)
    text[2] = DIGITS[unit >> 12 & 15]
    text[3] = DIGITS[unit >> 8 & 15]
    text[4] = DIGITS[unit >> 4 & 15]
    text[5] = DIGITS[unit & 15]
    return put(out, text, 6)


def escaped(data: bytes, lines: bool = False) -> bytes:
    """Bytes as they may go to a terminal."""
    cdef Text out = Text()
    cdef bytes held = data
    put(out, <const char *>held, len(held))
    escape_tail(out, 0, lines)
    return out.taken()


def json_text(data: bytes, terminal: bool = False) -> bytes:
    """Bytes as a JSON string."""
    cdef Text out = Text()
    cdef bytes held = data
    put_json(out, held, len(held), terminal)
    return out.taken()
