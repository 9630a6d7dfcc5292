"""A field as somebody asked for it, with its argument, and its value for the current event."""

from libc.stdint cimport int64_t, uint64_t

from firmer.event cimport Event
from firmer.events.render cimport Text
from firmer.state.state cimport State

# What a value is, for comparing and printing. Numbers are kept in `Slot.num`, all else in `Slot.obj`.
cdef enum Kind:
    KIND_TEXT           # bytes
    KIND_BUFFER         # bytes
    KIND_SIGNED         # num
    KIND_UNSIGNED       # num, read as uint64_t
    KIND_BOOL           # num
    KIND_IP             # bytes, 4 or 16, network order
    KIND_NET            # bytes, 4 or 16: an address to be held against networks
    KIND_PORT           # num
    KIND_DOUBLE         # obj is a float; constants are integers

# How many values, and how an operator holds over them.
cdef enum Many:
    ONE                 # a single value
    LIST                # a list field: `in`, `intersects` and `exists` only
    ANY                 # list of values; holds when it holds for one of them, also for !=
    EITHER              # list of values; holds when it holds for one of them, != when it holds for all
    WITHIN              # a single number; `=` holds when it is at most the constant, there is no other operator

# How a number is printed.
cdef enum PrintFormat:
    PRINT_DECIMAL
    PRINT_HEX           # upper case, no prefix
    PRINT_OCTAL
    PRINT_PADDED        # nine digits
    PRINT_TIME          # `obj` is the text, `num` the ns since the epoch that JSON gets

ctypedef int (*Getter)(Slot slot, Event event, State state) except -1
# Writes the value as text, straight into a line; 0: absent. For fields whose text would have to be made an object otherwise.
ctypedef int (*Putter)(Slot slot, Text out, Event event, State state) except -1


cdef class Slot:
    """Value of one field for one event at a time; computed at most once an event, however many ask.

    `load` returns whether there is a value. With Many other than ONE the value is a list in `obj` (ints for numeric kinds, else bytes).
    A slot belongs to one run over one source: `forget` before it sees another.
    """
    cdef readonly object field              # registry.Field
    cdef readonly str text                  # as written: "proc.aname[2]"
    cdef readonly object of                 # as declared
    cdef readonly object argument           # None, int (index) or bytes (key); what the class's parser made of it
    cdef readonly bint sysdig               # dialect
    cdef readonly bint output               # asked for printing, not for comparing: some fields then say another thing (proc.aname)
    cdef Getter getter
    cdef Putter putter                      # NULL: the text is made of the value
    cdef uint64_t serial                    # number of the event that the value belongs to; 0: none yet
    cdef readonly bint present
    cdef readonly int64_t num
    cdef readonly object obj
    cdef readonly int kind                  # Kind; printing evt.rawarg takes it anew from each event
    cdef readonly int many                  # Many
    cdef readonly int print_format          # PrintFormat
    cdef object memo                        # what a getter keeps from event to event: a cache, a counter
    cdef uint64_t last                      # the same, for times

    cdef inline bint load(self, Event event, State state) except -1:
        if self.serial != event.num:
            self.present = self.getter(self, event, state)
            self.serial = event.num
        return self.present


cdef inline int give_text(Slot slot, bytes value) noexcept:
    """Set a text; None means absent."""
    slot.obj = value
    return value is not None


cdef inline int give_list(Slot slot, list values) noexcept:
    """Set the values of a slot whose `many` is not ONE; an empty list is a value, None is not."""
    slot.obj = values
    return values is not None


cdef inline int give_num(Slot slot, int64_t value) noexcept:
    slot.num = value
    return 1
