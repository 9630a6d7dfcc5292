"""Outputs of rules, compiled: the text of an alert, and the values behind it.

Runs once an alert. A value is asked for once, though text and JSON show it; keys are sorted beforehand.
"""

from firmer.event cimport Event
from firmer.events.render cimport Text, put_bytes
from firmer.fields.slot cimport Slot
from firmer.fields.text cimport append_text, python_value
from firmer.filter.program cimport AtomTable
from firmer.state.state cimport State

from firmer.fields import catalog
from firmer.filter.tree import Operand

TIME_KEY = "evt.time"   # always there: the text in front of each output is made of it
NAMES = frozenset({"fd.name", "fs.path.name"})   # beside these stands what else the file is called


cdef AtomTable output_table():
    """Slots for outputs, each once however many rules print it. They are not those of conditions: some fields print another thing than they compare."""
    return AtomTable("falco", printed_slot)


def printed_slot(text: str, dialect: str) -> Slot:
    return catalog.new_slot(text, dialect, True)


cdef int put_other_names(Text out, State state) except -1:
    """The caller's spelling, and the other path when it is that what a rule holds for."""
    if state.fd.claim is not None:
        put_bytes(out, b" (opened as " + state.fd.claim + b")")
    if state.alias is not None:
        put_bytes(out, b" (the same as " + state.alias + b")")
    return 0


cdef class Output:
    def __init__(self, layout, AtomTable table, extra=None) -> None:
        """extra: key -> field name or Layout, what JSON shows besides."""
        cdef dict shown = {}
        self.literals = layout.literals
        self.slots = tuple([None if place.never_shown else table.slot(place.operand) for place in layout.places])
        self.widths = tuple([place.width for place in layout.places])
        self.named = tuple([slot is not None and slot.text in NAMES for slot in self.slots])
        for place in layout.places:
            for operand in place.fields:
                shown[operand.text] = table.slot(operand)
        for key, what in (extra or {}).items():
            shown[key] = table.slot(Operand(what, "", "", is_field=True)) if isinstance(what, str) else Output(what, table)
        shown[TIME_KEY] = None
        # bytewise, as Falco's JSON writer sorts; the same as by characters for UTF-8
        self.keys = tuple(sorted(shown))
        self.values = tuple([shown[key] for key in self.keys])

    cdef int render(self, Text out, Event event, State state) except -1:
        """Append the text; an absent value is <NA>."""
        cdef Py_ssize_t k, before, width
        cdef Slot slot
        put_bytes(out, <bytes>self.literals[0])
        for k in range(len(self.slots)):
            slot = <Slot>self.slots[k]
            before = out.size
            if slot is not None and slot.load(event, state):
                append_text(slot, out)
                if self.named[k] and state.fd is not None:
                    put_other_names(out, state)
            else:
                put_bytes(out, b"<NA>")
            width = self.widths[k]
            if width:
                if out.size - before > width:
                    out.size = before + width
                else:
                    put_bytes(out, b" " * (width - (out.size - before)))
            put_bytes(out, <bytes>self.literals[k + 1])
        return 0

    cdef dict fields(self, Event event, State state):
        """What `output_fields` holds, in its order."""
        cdef dict found = {}
        cdef Py_ssize_t k
        cdef Slot slot
        for k in range(len(self.keys)):
            value = self.values[k]
            if value is None:
                found[self.keys[k]] = event.ts
            elif type(value) is Output:
                found[self.keys[k]] = (<Output>value).text(event, state)
            else:
                slot = <Slot>value
                found[self.keys[k]] = python_value(slot) if slot.load(event, state) else None
        if state.fd is not None and (state.fd.claim is not None or state.alias is not None) and not NAMES.isdisjoint(found):
            if state.fd.claim is not None:
                found["fd.claimedpath"] = state.fd.claim.decode("utf-8", "replace")
            if state.alias is not None:
                found["fd.otherpath"] = state.alias.decode("utf-8", "replace")
            found = dict(sorted(found.items()))
        return found

    cpdef str text(self, Event event, State state):
        """The text alone."""
        cdef Text out = Text()
        self.render(out, event, state)
        return out.taken().decode("utf-8", "replace")
