"""Names of ports."""

from libc.stdint cimport uint16_t, uint8_t

cdef bint resolving
cdef uint8_t transport        # of the address that is printed next; set where it is known and ports are resolved
cdef bytes service_name(uint16_t port)
