"""How bytes are printed."""

from firmer.events.render cimport Text

cdef int put_buffer(Text out, const unsigned char *start, Py_ssize_t size, bint sysdig) except -1
