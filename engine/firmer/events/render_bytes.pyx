"""How the bytes of a parameter are printed: dots for what is not printable, or one of sysdig's -A -x -X -b.

The form is one setting of a run, chosen before its first event.
"""

from binascii import b2a_base64

from firmer.events.render cimport Text, put, put_bytes, put_char, put_dotted

cdef enum Form:
    DOTS
    ASCII
    HEX
    HEX_ASCII
    BASE64

cdef enum:
    LIMIT = 80                # sysdig's longest text of bytes in a plain line

FORMS = {"dots": DOTS, "ascii": ASCII, "hex": HEX, "hexascii": HEX_ASCII, "base64": BASE64}
cdef int form = DOTS
cdef bint limited = True
cdef const char *HEX_DIGITS = b"0123456789abcdef"


def print_buffers(name: str, limit: bool) -> None:
    """Choose the form of this run; `limit`: sysdig cuts the plain form to 80 characters."""
    global form, limited
    form = FORMS[name]
    limited = limit


cdef int put_buffer(Text out, const unsigned char *start, Py_ssize_t size, bint sysdig) except -1:
    if size == 0:
        return 0
    if form == DOTS:
        if sysdig and limited and size > LIMIT:
            put_dotted(out, start, LIMIT - 3)
            return put(out, b"...", 3)
        return put_dotted(out, start, size)
    if form == ASCII:
        return put_ascii(out, start, size)
    if form == BASE64:
        return put_bytes(out, b2a_base64((<const char *>start)[:size], newline=False))
    return put_hex_lines(out, start, size, form == HEX_ASCII)


cdef int put_ascii(Text out, const unsigned char *start, Py_ssize_t size) except -1:
    """A line of its own: printable bytes, and a newline for each CR, LF or CR LF."""
    cdef Py_ssize_t k
    put_char(out, b"\n")
    for k in range(size):
        if start[k] == 13:
            put_char(out, b"\n")
        elif start[k] == 10:
            if k > 0 and start[k - 1] != 13:
                put_char(out, b"\n")
        elif 32 <= start[k] < 127:
            put_char(out, start[k])
    return 0


cdef int put_hex_lines(Text out, const unsigned char *start, Py_ssize_t size, bint with_text) except -1:
    """Lines of sixteen bytes in groups of two, with their place in front."""
    cdef Py_ssize_t line, k, end
    cdef int shift
    put_char(out, b"\n")
    for line in range(0, size, 16):
        end = line + 16 if line + 16 < size else size
        put(out, b"\t0x", 3)
        for shift in range(12, -1, -4):
            put_char(out, HEX_DIGITS[line >> shift & 15])
        put_char(out, b":")
        for k in range(line, end):
            if (k - line) % 2 == 0:
                put_char(out, b" ")
            put_char(out, HEX_DIGITS[start[k] >> 4])
            put_char(out, HEX_DIGITS[start[k] & 15])
        if with_text:
            # a group of which one byte is there is not filled up
            for k in range((end - line + 1) // 2, 8):
                put(out, b"     ", 5)
            put(out, b"  ", 2)
            put_dotted(out, start + line, end - line)
        put_char(out, b"\n")
    return 0


def buffer_text(data: bytes, sysdig: bool = False) -> bytes:
    """Bytes in the form of this run, for tests."""
    cdef Text out = Text()
    put_buffer(out, <const unsigned char *><const char *>data, len(data), sysdig)
    return out.taken()
