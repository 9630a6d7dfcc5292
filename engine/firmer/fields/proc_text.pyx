"""Texts made of a thread's argument and environment lists.

A list is its parts, each ended by a NUL; the last NUL may be missing. The two texts that most rules ask for are kept with the thread,
beside the very objects that they were made from: who sets new ones outdates the text without knowing of it.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.string cimport memchr


cdef bytes args_text(Thread thread):
    """All arguments without argv[0], with blanks between."""
    if thread.args_text_of is not thread.args:
        thread.args_text = joined(thread.args)
        thread.args_text_of = thread.args
    return thread.args_text


cdef bytes cmdline_text(Thread thread, bint sysdig):
    """Name and arguments."""
    if thread.cmdline_args is not thread.args or thread.cmdline_comm is not thread.comm:
        # a lone NUL is no argument today, and one empty argument to sysdig
        if part_count(thread.args) == 0 and not (sysdig and thread.args):
            thread.cmdline_text = thread.comm
        else:
            thread.cmdline_text = thread.comm + b" " + args_text(thread)
        thread.cmdline_args = thread.args
        thread.cmdline_comm = thread.comm
    return thread.cmdline_text


cdef Py_ssize_t size_of(bytes parts) noexcept:
    """Bytes without the NUL that ends the last part."""
    cdef Py_ssize_t size = PyBytes_GET_SIZE(parts)
    if size and PyBytes_AS_STRING(parts)[size - 1] == 0:
        size -= 1
    return size


cdef bytes joined(bytes parts):
    """The parts with blanks between."""
    cdef Py_ssize_t size = size_of(parts)
    return parts[:size].replace(b"\0", b" ")


cdef Py_ssize_t part_count(bytes parts) noexcept:
    cdef const char *at = PyBytes_AS_STRING(parts)
    cdef Py_ssize_t size = size_of(parts)
    cdef Py_ssize_t count = 1
    cdef Py_ssize_t k
    if size == 0:
        return 0
    for k in range(size):
        count += at[k] == 0
    return count


cdef Py_ssize_t part_bytes(bytes parts) noexcept:
    """Bytes of all parts, without what stands between them."""
    cdef Py_ssize_t count = part_count(parts)
    return size_of(parts) - count + 1 if count else 0


cdef bytes part(bytes parts, int64_t index):
    """Part number `index`, from 0; None beyond the last."""
    cdef const char *at = PyBytes_AS_STRING(parts)
    cdef const char *end = at + size_of(parts)
    cdef const char *stop
    if at == end or index < 0:
        return None
    while True:
        stop = <const char *>memchr(at, 0, end - at)
        if stop == NULL:
            stop = end
        if index == 0:
            return at[:stop - at]
        if stop == end:
            return None
        index -= 1
        at = stop + 1


cdef bytes variable(bytes env, bytes name):
    """Value of an environment variable without the blanks around it; empty where it is unset or empty."""
    cdef Py_ssize_t k
    cdef bytes prefix = name + b"="
    cdef bytes entry
    for entry in env.split(b"\0"):
        # an empty value does not end the search: a later entry of the same name may have one
        if PyBytes_GET_SIZE(entry) > PyBytes_GET_SIZE(prefix) and entry.startswith(prefix):
            return entry[PyBytes_GET_SIZE(prefix):].strip(b" ")
    return b""
