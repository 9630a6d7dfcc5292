"""Slots of transformers: what `transformers.py` tells in plain Python, computed natively where rules use it often."""

from firmer.event cimport Event
from firmer.fields.slot cimport KIND_BUFFER, ONE, Getter, Slot
from firmer.filter.question cimport value_in
from firmer.state.state cimport State

from firmer.filter.tree import KINDS, MANY


cdef class CallSlot(Slot):
    pass


cdef int get_lower(Slot slot, Event event, State state) except -1:
    cdef Slot part = <Slot>(<CallSlot>slot).parts[0]
    if not part.load(event, state):
        return 0
    slot.obj = (<bytes>part.obj).lower() if part.many == ONE else [(<bytes>each).lower() for each in part.obj]
    return 1


cdef int get_upper(Slot slot, Event event, State state) except -1:
    cdef Slot part = <Slot>(<CallSlot>slot).parts[0]
    if not part.load(event, state):
        return 0
    slot.obj = (<bytes>part.obj).upper() if part.many == ONE else [(<bytes>each).upper() for each in part.obj]
    return 1


cdef int get_length(Slot slot, Event event, State state) except -1:
    cdef Slot part = <Slot>(<CallSlot>slot).parts[0]
    cdef Py_ssize_t zero
    if not part.load(event, state):
        return 0
    slot.num = len(part.obj)
    if part.many == ONE and part.kind != KIND_BUFFER:
        zero = (<bytes>part.obj).find(b"\0")
        if zero >= 0:
            slot.num = zero
    return 1


cdef int get_joined(Slot slot, Event event, State state) except -1:
    """`concat`: all parts one behind the other."""
    cdef list texts = []
    for part in (<CallSlot>slot).parts:
        value = part_value(part, event, state)
        if value is None:
            return 0
        texts.append(value)
    slot.obj = b"".join(texts)
    return 1


cdef int get_by_reference(Slot slot, Event event, State state) except -1:
    """Any transformer, by its reference."""
    cdef CallSlot call = <CallSlot>slot
    cdef list values = []
    for part in call.parts:
        value = part_value(part, event, state)
        if value is None:
            return 0
        values.append(value)
    result = call.call.transformer.run(values, call.call)
    if result is None:
        return 0
    slot.obj = result
    return 1


cdef object part_value(object part, Event event, State state):
    """Value of an argument; None when it is missing."""
    if isinstance(part, Slot):
        return value_in(<Slot>part) if (<Slot>part).load(event, state) else None
    if isinstance(part, tuple):
        values = [part_value(each, event, state) for each in part]
        return None if None in values else values
    return part


cdef Slot new_call(object call, tuple parts):
    """The slot of a transformer call whose arguments are `parts`."""
    cdef CallSlot slot = CallSlot.__new__(CallSlot)
    slot.text = call.text
    slot.call = call
    slot.parts = parts
    slot.kind = KINDS.index(call.kind)
    slot.many = MANY.index(call.many)
    slot.getter = getter_of(call.transformer.name)
    return slot


cdef Getter getter_of(str name) noexcept:
    if name == "tolower":
        return get_lower
    if name == "toupper":
        return get_upper
    if name == "len":
        return get_length
    if name == "concat":
        return get_joined
    return get_by_reference
