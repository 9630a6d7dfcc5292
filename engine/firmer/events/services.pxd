"""Names of ports."""

from libc.stdint cimport uint16_t

cdef bint resolving
cdef bytes service_name(uint16_t port)
