"""Declarations of fields."""

from firmer.fields.slot cimport Getter, Putter, Slot


cdef class Field:
    """One filter field; `declare` makes it, the class files list it, `catalog` collects all."""
    cdef readonly str name                  # "proc.aname"
    cdef readonly str type                  # CHARBUF, UINT64, IPADDR ... as Falco names them
    cdef readonly str sysdig_type           # the same unless declared
    cdef readonly str help                  # one sentence; a capital and a full stop
    cdef readonly str example               # a value of that type, as one would write it in a condition
    cdef readonly str print_format          # dec, hex, oct, pad (nine digits)
    cdef readonly str argument              # "": takes none, "optional", "required"
    cdef readonly frozenset dialects        # of {"falco", "sysdig"}
    cdef readonly bint is_list, filter_only, no_right_hand_side, no_transformer, hidden, deprecated
    cdef readonly bint retired              # of a system that is no more: never has a value
    cdef readonly bint spelled              # a path of a descriptor: `State.spelling` chooses which of them
    cdef readonly bint measures             # from the enter event of a call
    cdef readonly int kind                  # slot.Kind in the falco dialect
    cdef readonly int many                  # slot.Many
    cdef readonly object of                 # what of a record the getter gives, for getters that serve several fields
    cdef Getter getter                      # in the falco dialect
    cdef Getter sysdig_getter               # in the sysdig dialect; the same unless declared
    cdef Putter putter                      # text straight into a line, in both dialects; NULL for most
    cdef readonly object parse              # text between brackets -> Slot.argument, ValueError(reason); None: no brackets
    cdef readonly object parse_dotted       # text behind a dot -> Slot.argument, ValueError(reason); None: no dots
    cdef readonly object dotted_length      # text behind a dot, further text after it -> length of the argument, 0: none
    cdef readonly object type_of                     # (argument, dialect) -> type name, for fields whose type hangs on the argument
    cpdef Slot slot(self, str text, str argument, str dialect, bint output=*)


cdef Field declare(str name, str type, Getter getter, str help, dict options=*, Getter sysdig_getter=*)
cdef Field printed(Field field, Putter putter)
