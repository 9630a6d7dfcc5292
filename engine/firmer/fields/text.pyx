"""A slot's value as it is printed in a line, and as JSON holds it."""

from libc.stdint cimport int64_t, uint64_t
from libc.stdio cimport snprintf

from firmer.event cimport Event
from firmer.events.render cimport Text, put, put_bytes, put_char, put_hex, put_ip, put_octal, put_padded, put_signed, put_unsigned
from firmer.events.render_bytes cimport put_buffer
from firmer.fields.slot cimport (
    KIND_BOOL, KIND_BUFFER, KIND_DOUBLE, KIND_IP, KIND_NET, KIND_SIGNED, KIND_TEXT, ONE, PRINT_DECIMAL, PRINT_HEX, PRINT_OCTAL,
    PRINT_PADDED, PRINT_TIME, WITHIN, Slot,
)
from firmer.state.state cimport State

cdef Text scratch = Text()


cdef int append_text(Slot slot, Text out) except -1:
    """Write the value; several values as `(a,b)`."""
    cdef Py_ssize_t k
    cdef list values
    if slot.many == ONE or slot.many == WITHIN:
        return append_one(slot, out, slot.obj, slot.num)
    values = slot.obj
    put_char(out, b"(")
    for k in range(len(values)):
        if k:
            put_char(out, b",")
        if is_number(slot.kind):
            append_one(slot, out, None, <int64_t>values[k])
        else:
            append_one(slot, out, values[k], 0)
    return put_char(out, b")")


cdef inline bint is_number(int kind) noexcept:
    return kind != KIND_TEXT and kind != KIND_BUFFER and kind != KIND_IP and kind != KIND_NET and kind != KIND_DOUBLE


cdef int append_one(Slot slot, Text out, object value, int64_t num) except -1:
    cdef bytes text
    cdef char digits[64]
    if slot.kind == KIND_TEXT:
        return put_bytes(out, <bytes?>value)
    if slot.kind == KIND_BUFFER:
        text = value
        return put_buffer(out, <const unsigned char *><const char *>text, len(text), slot.sysdig)
    if slot.kind == KIND_IP or slot.kind == KIND_NET:
        text = value
        return put_ip(out, <const unsigned char *><const char *>text, len(text))
    if slot.kind == KIND_BOOL:
        return put(out, b"true", 4) if num else put(out, b"false", 5)
    if slot.kind == KIND_DOUBLE:
        return put(out, digits, snprintf(digits, sizeof(digits), "%.1f", <double>value))
    if slot.print_format == PRINT_HEX:
        return put_hex(out, <uint64_t>num, True)
    if slot.print_format == PRINT_OCTAL:
        return put_octal(out, <uint64_t>num)
    if slot.print_format == PRINT_PADDED:
        return put_padded(out, <uint64_t>num, 9)
    if slot.kind == KIND_SIGNED:
        return put_signed(out, num)
    return put_unsigned(out, <uint64_t>num)


cdef object python_value(Slot slot):
    """The value for JSON: numbers as int, texts as str (what is not UTF-8 replaced), lists as lists."""
    if slot.many == ONE or slot.many == WITHIN:
        return python_one(slot, slot.obj, slot.num)
    if is_number(slot.kind):
        return [python_one(slot, None, <int64_t>value) for value in <list>slot.obj]
    return [python_one(slot, value, 0) for value in <list>slot.obj]


cdef object python_one(Slot slot, object value, int64_t num):
    if slot.kind == KIND_TEXT:
        return num if slot.print_format == PRINT_TIME else (<bytes?>value).decode("utf-8", "replace")
    if slot.kind == KIND_BOOL:
        return num != 0
    if slot.kind == KIND_DOUBLE:
        return value
    # a number that prints in another base is a text in JSON; time spans are numbers however they print
    if is_number(slot.kind) and (slot.print_format == PRINT_DECIMAL or slot.print_format == PRINT_PADDED):
        if slot.kind == KIND_SIGNED:
            return num
        return <uint64_t>num
    scratch.size = 0
    append_one(slot, scratch, value, num)
    return scratch.taken().decode("utf-8", "replace")


def value_of(Slot slot, Event event, State state) -> object:
    """The value as a Python object, None where there is none."""
    return python_value(slot) if slot.load(event, state) else None


def text_of(Slot slot, Event event, State state) -> bytes | None:
    """The value as it is printed, None where there is none."""
    if not slot.load(event, state):
        return None
    scratch.size = 0
    append_text(slot, scratch)
    return scratch.taken()
