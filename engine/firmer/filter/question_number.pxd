"""Questions about numbers."""

from firmer.filter.question cimport Question

cdef Question of_number(int op, object constant, bint signed)
cdef Question of_double(int op, object constant)
