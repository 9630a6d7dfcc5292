"""Joining and normalising paths as the events' consumers print them."""

from libc.string cimport memcpy

cdef enum:
    LONGEST = 1024            # longest path, its NUL included; longer ones become a fixed text, as in sysdig and Falco

cdef bytes TOO_LONG_SYSDIG = b"/PATH_TOO_LONG"
cdef bytes TOO_LONG = b"/DIR_TOO_LONG/FILENAME_TOO_LONG"


cdef bytes join(bytes base, bytes name, bint sysdig):
    """`name` as a path: alone when absolute, else glued to `base` (which ends in a slash where one is wanted).

    An empty name is the base itself in sysdig, nothing today. Only the part that comes from `name` is normalised: no `.`, no doubled or
    final slash; `..` takes back one level of the whole path, never more than there is. sysdig prints bytes that are not ASCII text as
    dots.
    """
    cdef unsigned char path[LONGEST]
    cdef const unsigned char *text = name
    cdef Py_ssize_t at = 0, size = len(name), filled = 0
    cdef unsigned char byte
    if size == 0 and not sysdig:
        return name
    if text[0] != 47:
        filled = len(base)
    if filled + size >= LONGEST:
        return TOO_LONG_SYSDIG if sysdig else TOO_LONG
    if filled:
        memcpy(path, <const char *>base, filled)
    while at < size:
        byte = text[at]
        if byte == 0:
            break
        if filled == 0 or path[filled - 1] == 47:
            if byte == 46 and (at + 1 == size or text[at + 1] == 47 or text[at + 1] == 0):
                at += 2
                continue
            if byte == 46 and text[at + 1] == 46 and (at + 2 == size or text[at + 2] == 47 or text[at + 2] == 0):
                at += 3
                filled = parent(path, filled)
                continue
            if byte == 47 and filled:
                at += 1
                continue
        path[filled] = 46 if sysdig and (byte < 32 or byte > 126) else byte
        filled += 1
        at += 1
    if filled > 1 and path[filled - 1] == 47:
        filled -= 1
    return (<char *>path)[:filled]


cdef Py_ssize_t parent(unsigned char *path, Py_ssize_t filled) noexcept:
    """Length that is left of a path that ends in a slash when its last component goes."""
    if filled <= 1:
        return filled
    filled -= 1
    while filled > 0 and path[filled - 1] != 47:
        filled -= 1
    return filled


cdef bytes printable(bytes text):
    """The text with each byte that is not printable ASCII as a dot: how sysdig shows paths."""
    cdef const unsigned char *at = text
    cdef Py_ssize_t k
    for k in range(len(text)):
        if at[k] < 32 or at[k] > 126:
            return bytes([byte if 32 <= byte <= 126 else 46 for byte in text])
    return text


def join_path(base: bytes, name: bytes, sysdig: bool = False) -> bytes:
    """`join` for Python."""
    return join(base, name, sysdig)
