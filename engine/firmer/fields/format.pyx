"""Texts with `%field` places, compiled once: the lines of `dig`, chisels' formatters.

`%field` prints a value, `%20field` pads or cuts it to 20 characters; the longest field name that the text begins with is the field, what
follows is literal. A leading `*` prints `<NA>` for values that are absent; without it a line with an absent value is not printed.
In the sysdig dialect `\\n`, `\\t`, `\\e` and `\\\\` stand for newline, tab, escape and backslash.
"""

from firmer.event cimport Event
from firmer.events.escape cimport escape_tail
from firmer.events.render cimport Text, put_bytes
from firmer.fields.slot cimport Slot
from firmer.fields.text cimport append_text
from firmer.state.state cimport State

from firmer.errors import FirmerError
from firmer.fields.catalog import longest_prefix
from firmer.fields.registry import BadArgument, UnknownField

ESCAPES = {"n": "\n", "t": "\t", "e": "\x1b", "\\": "\\"}


class BadFormat(FirmerError):
    """A format that cannot be compiled; the message is sysdig's."""


cdef class Format:
    def __init__(self, text: str, dialect: str) -> None:
        if not text:
            raise BadFormat("empty formatting token")
        self.keeps_absent = text.startswith("*")
        literals, slots, widths = [""], [], []
        at = int(self.keeps_absent)
        while at < len(text):
            char = text[at]
            if char == "\\" and dialect == "sysdig" and text[at + 1 : at + 2] in ESCAPES:
                literals[-1] += ESCAPES[text[at + 1]]
                at += 2
            elif char == "%":
                slot, width, at = _place(text, at + 1, dialect)
                slots.append(slot)
                widths.append(width)
                literals.append("")
            else:
                literals[-1] += char
                at += 1
        self.slots, self.widths = tuple(slots), tuple(widths)
        self.literals = tuple(literal.encode("utf-8", "surrogateescape") for literal in literals)

    cdef bint render(self, Text out, Event event, State state) except -1:
        cdef Py_ssize_t k, before, width
        cdef Slot slot
        cdef bint whole = True, present
        put_bytes(out, <bytes>self.literals[0])
        for k in range(len(self.slots)):
            slot = <Slot>self.slots[k]
            before = out.size
            # every field is asked even when the line is lost: fields such as evt.deltatime remember what they saw
            if slot.putter != NULL:
                present = slot.putter(slot, out, event, state)
            else:
                present = slot.load(event, state)
                if present:
                    append_text(slot, out)
            if not present:
                whole = whole and self.keeps_absent
                put_bytes(out, b"<NA>")
            elif self.escaping:
                escape_tail(out, before, self.lines)
            width = self.widths[k]
            if width:
                fit(out, before, width)
            put_bytes(out, <bytes>self.literals[k + 1])
        return whole

    def escape(self, lines: bool) -> None:
        """Escape from now on what processes could make a terminal obey; `lines`: line ends and tabs stay."""
        self.escaping = True
        self.lines = lines

    def line(self, Event event, State state) -> bytes | None:
        """The line for one event; None when an absent value forbids it."""
        cdef Text out = Text()
        return out.taken() if self.render(out, event, state) else None


cdef int fit(Text out, Py_ssize_t before, Py_ssize_t width) except -1:
    """Pad with blanks or cut what was written since `before` to `width` bytes."""
    if out.size - before > width:
        out.size = before + width
        return 0
    return put_bytes(out, b" " * (width - (out.size - before)))


def _place(text: str, at: int, dialect: str):
    """(slot, width, end) of the place whose `%` stands before `at`."""
    start = at
    while at < len(text) and text[at].isdigit():
        at += 1
    if at == len(text):
        what = "a number" if at > start else "a %"
        raise BadFormat(f"invalid formatting syntax: formatting cannot end with {what}")
    width = int(text[start:at][:9] or 0)
    rest = text[at:]
    try:
        field, argument, length = longest_prefix(rest, dialect)
        if field.filter_only:
            raise BadFormat(f"{rest} is filter only and cannot be used as a display field")
        return field.slot(rest[:length], argument, dialect, True), min(width, 4096), at + length
    except UnknownField as error:
        raise BadFormat(f"invalid formatting token {rest}") from error
    except BadArgument as error:
        raise BadFormat(f"filter syntax error: {error}" if dialect == "sysdig" else str(error)) from error
