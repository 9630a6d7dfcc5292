"""Declarations of fields."""

from firmer.fields.slot cimport Getter, Slot


cdef class Field:
    """One filter field; `declare` makes it, the class files list it, `catalog` collects all."""
    cdef readonly str name                  # "proc.aname"
    cdef readonly str type                  # CHARBUF, UINT64, IPADDR ... as sysdig and Falco name them
    cdef readonly str help                  # one sentence; a capital and a full stop
    cdef readonly str example               # a value of that type, as one would write it in a condition
    cdef readonly str print_format          # na, dec, hex, oct, pad (nine digits)
    cdef readonly str argument              # "": takes none, "optional", "required"
    cdef readonly frozenset dialects        # of {"falco", "sysdig"}
    cdef readonly bint is_list, filter_only, no_right_hand_side, no_transformer, hidden
    cdef int kind                           # slot.Kind
    cdef int many                           # slot.Many
    cdef Getter getter                      # in the falco dialect
    cdef Getter sysdig_getter               # in the sysdig dialect; the same unless declared
    cdef object parse_argument              # text between the brackets -> Slot.argument; raises ValueError with the reason
    cpdef Slot slot(self, str text, str argument, str dialect)


cdef Field declare(str name, str type, Getter getter, str help, dict options=*)
