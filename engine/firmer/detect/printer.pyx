"""Printing a line an event, as sysdig does.

Events of the internal category count for the limit, but are never printed. Container events at the head of a capture describe its start
state and are silent; later ones print like any other.
"""

from firmer.event cimport Event
from firmer.events.render cimport put_char
from firmer.events.table cimport EC_INTERNAL, SYSDIG_TYPES, event_table, sysdig_table
from firmer.state.state cimport State

cdef enum:
    FLUSH_BYTES = 1 << 16
    CONTAINER_OLD = 228
    CONTAINER_JSON = 272
    CONTAINER_JSON_2 = 324


cdef class Printer(Consumer):
    def __init__(self, Format format, out, Condition condition=None, limit=0, quiet=False) -> None:
        self.format = format
        self.out = out
        self.condition = condition
        self.limit = limit
        self.quiet = quiet
        self.text = Text()
        self.wanted = None

    cdef int on_section(self, section, State state) except -1:
        self.leading = True
        return 0

    cdef int on_event(self, Event event, State state) except -1:
        cdef Py_ssize_t before
        if self.leading:
            if event.type == CONTAINER_OLD or event.type == CONTAINER_JSON or event.type == CONTAINER_JSON_2:
                return 0
            self.leading = False
        if event.flags & 1 or state.hidden:
            return 0
        if self.condition is not None and not self.condition.holds(event, state):
            return 0
        self.passed += 1
        if not self.quiet and not is_internal(event.type):
            before = self.text.size
            if self.format.render(self.text, event, state):
                put_char(self.text, b"\n")
            else:
                self.text.size = before
            if self.text.size >= FLUSH_BYTES:
                self.flush()
        return self.limit and self.passed >= self.limit

    cdef int flush(self) except -1:
        self.out.write(self.text.taken())
        self.text.size = 0
        return 0

    def finish(self) -> None:
        """Write what is still held back."""
        self.flush()
        self.out.flush()


cdef inline bint is_internal(int kind) noexcept:
    return (sysdig_table[kind].category if kind < SYSDIG_TYPES else event_table[kind].category) == EC_INTERNAL
