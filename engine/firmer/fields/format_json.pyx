"""Lines as JSON objects: sysdig's -j.

Literal texts and widths of the format are dropped. Times are nanoseconds since 1970, whatever the time column says; numbers that print in
another base than ten are texts. The object is written without making Python objects of it.
"""

from libc.stdint cimport int64_t

from firmer.event cimport Event
from firmer.events.escape cimport put_json
from firmer.events.render cimport Text, put, put_bytes, put_char, put_signed, put_unsigned
from firmer.fields.slot cimport (
    KIND_BOOL, KIND_DOUBLE, KIND_PORT, KIND_SIGNED, KIND_TEXT, KIND_UNSIGNED, ONE, PRINT_DECIMAL, PRINT_PADDED, PRINT_TIME, WITHIN, Slot,
)
from firmer.fields.text cimport append_text, python_value
from firmer.state.state cimport State

from json import dumps


cdef class JsonFormat(Format):
    def __init__(self, text: str, dialect: str) -> None:
        super().__init__(text, dialect)
        # a field that is named twice is one key
        slots = {slot.text.encode("utf-8", "surrogateescape"): slot for slot in self.slots}
        keys = sorted(slots)
        self.slots = tuple(slots[key] for key in keys)
        self.heads = tuple((b"," if k else b"{") + dumps(key.decode("utf-8", "replace")).encode() + b":" for k, key in enumerate(keys))
        self.value = Text()

    cdef bint render(self, Text out, Event event, State state) except -1:
        cdef Py_ssize_t k
        cdef Slot slot
        cdef bint whole = True
        if not self.slots:
            put_char(out, b"{")
        for k in range(len(self.slots)):
            slot = <Slot>self.slots[k]
            put_bytes(out, <bytes>self.heads[k])
            if not self.put_value(slot, out, event, state):
                put(out, b"null", 4)
                whole = whole and self.keeps_absent
        put_char(out, b"}")
        return whole

    cdef bint put_value(self, Slot slot, Text out, Event event, State state) except -1:
        """False: the event has no such value."""
        if slot.print_format == PRINT_TIME:
            put_unsigned(out, event.ts)
            return True
        self.value.size = 0
        if slot.putter != NULL:
            if not slot.putter(slot, self.value, event, state):
                return False
        else:
            if not slot.load(event, state):
                return False
            if slot.many != ONE and slot.many != WITHIN:
                put_bytes(out, dumps(python_value(slot), separators=(",", ":")).encode())
                return True
            if self.put_number(slot, out):
                return True
            append_text(slot, self.value)
        put_json(out, <const unsigned char *>self.value.at, self.value.size, self.escaping)
        return True

    cdef bint put_number(self, Slot slot, Text out) except -1:
        """False: the value is no number, or one that JSON gets as text."""
        if slot.kind == KIND_BOOL:
            if slot.num:
                put(out, b"true", 4)
            else:
                put(out, b"false", 5)
            return True
        if slot.kind == KIND_DOUBLE:
            put_bytes(out, dumps(slot.obj).encode())
            return True
        if slot.kind != KIND_SIGNED and slot.kind != KIND_UNSIGNED and slot.kind != KIND_PORT:
            return False
        if slot.print_format != PRINT_DECIMAL and slot.print_format != PRINT_PADDED:
            return False
        if slot.kind == KIND_SIGNED:
            put_signed(out, slot.num)
        else:
            put_unsigned(out, slot.num)
        return True
