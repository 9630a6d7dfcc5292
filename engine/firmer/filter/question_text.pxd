"""Questions about texts, bytes and addresses."""

from firmer.filter.question cimport Question

cdef Question of_bytes(int op, object constant)
