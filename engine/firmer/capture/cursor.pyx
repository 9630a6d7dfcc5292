"""What a bounded read says when the bytes are not there."""


class Damage(Exception):
    """A block whose inside does not hold together; the reader says in which block of which file (BadCapture)."""


cdef int short_read(Py_ssize_t wanted, Py_ssize_t left) except -1:
    raise Damage(f"a field of {wanted} bytes where {left} are left")


cdef int long_text(Py_ssize_t size, Py_ssize_t limit) except -1:
    raise Damage(f"a text of {size} bytes where at most {limit} are allowed")
