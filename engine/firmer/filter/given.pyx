"""Fields whose values are given by hand: conditions can be tried without a capture.

Tests compare the two evaluators over them; nothing in the engine uses them.
"""

from firmer.event cimport Event
from firmer.fields.registry cimport Field, declare
from firmer.fields.slot cimport KIND_BUFFER, KIND_DOUBLE, KIND_IP, KIND_NET, KIND_TEXT, ONE, WITHIN, Slot
from firmer.state.state cimport State

from firmer.fields.registry import UnknownField

VALUES = {}  # field text -> value of the current event


cdef int get_given(Slot slot, Event event, State state) except -1:
    value = VALUES.get(slot.text)
    if value is None:
        return 0
    if (slot.many == ONE or slot.many == WITHIN) and slot.kind not in (KIND_TEXT, KIND_BUFFER, KIND_IP, KIND_NET, KIND_DOUBLE):
        slot.num = value if value < 1 << 63 else value - (1 << 64)
    else:
        slot.obj = value
    return 1


class GivenFields:
    """A little world of fields: `find` and `slot` stand in for those of the catalog."""

    def __init__(self, *fields):
        self.fields = {field.name: field for field in fields}

    def find(self, text, dialect):
        name, _, argument = text.partition("[")
        if name not in self.fields:
            raise UnknownField(text)
        return self.fields[name], argument[:-1] or None

    def slot(self, text, dialect):
        field, argument = self.find(text, dialect)
        return field.slot(text, argument, dialect)


def given_field(str name, str type, **options) -> Field:
    """A field of any name and type; its value is that of VALUES."""
    return declare(name, type, get_given, "Given by hand.", options)


def given_event(num: int, kind: int) -> Event:
    """An event without bytes."""
    cdef Event event = Event.__new__(Event)
    event.num = num
    event.type = kind
    event.today = kind
    return event


def no_state() -> State:
    """A state that nothing happened in."""
    return State()
