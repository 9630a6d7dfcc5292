"""Slots: what a filter or an output holds in its hand to ask for a field's value. The getters live in the class files."""

from firmer.event cimport Event
from firmer.state.state cimport State


cdef class Slot:
    def forget(self) -> None:
        """Drop the value and what the getter remembers, before the slot meets another source."""
        self.serial = 0
        self.present = False
        self.obj = None
        self.memo = None
        self.last = 0

    def value(self, Event event, State state) -> object:
        """The value as a Python object, None where there is none: what a JSON alert holds."""
        from firmer.fields.text import value_of

        return value_of(self, event, state)

    def text_of(self, Event event, State state) -> bytes | None:
        """The value as it is printed, None where there is none."""
        from firmer.fields.text import text_of

        return text_of(self, event, state)

    def __repr__(self) -> str:
        return f"<Slot {self.text}>"
