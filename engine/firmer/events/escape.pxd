"""Bytes that a terminal or a JSON reader would take for more than text."""

from firmer.events.render cimport Text

cdef int escape_tail(Text out, Py_ssize_t start, bint lines) except -1
cdef int put_json(Text out, const unsigned char *at, Py_ssize_t size, bint terminal) except -1
