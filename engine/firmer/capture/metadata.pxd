"""The blocks that stand before the events of a section."""

cimport cython

from firmer.capture.cursor cimport Cursor
from firmer.events.entries cimport FdEntry, ThreadEntry


@cython.final
cdef class Metadata:
    """Fills one Section, block by block."""
    cdef readonly object section
    cdef dict notes
    cdef dict texts             # threads of one process share their texts
    cdef Py_ssize_t cost        # of all entries so far, in bytes
    cdef int read(self, int form, int version, Cursor *c) except -1
    cdef bint afford(self, Py_ssize_t cost, str what) except -1
    cdef bytes shared(self, bytes value)
    cdef int machine(self, Cursor *c) except -1
    cdef int processes(self, Cursor *c, int version) except -1
    cdef ThreadEntry process(self, Cursor *c, int version)
    cdef int tail(self, Cursor *c, ThreadEntry entry) except -1
    cdef int descriptors(self, Cursor *c, int version) except -1
    cdef FdEntry descriptor(self, Cursor *c, int version)
    cdef int interfaces(self, Cursor *c, int version) except -1
    cdef int users(self, Cursor *c, int version) except -1


cdef enum Form:
    FORM_MACHINE = 1
    FORM_PROCESSES = 2
    FORM_FDS = 3
    FORM_INTERFACES = 4
    FORM_USERS = 5


cdef Py_ssize_t interface_size(int kind) noexcept
