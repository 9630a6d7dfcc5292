"""Every finding that a condition can have: its code, in one table, never used twice for different things."""

from __future__ import annotations

from firmer.errors import Problem
from firmer.filter.source import Source
from firmer.record import record


@record(frozen=True, slots=True)
class Code:
    """What a code stands for; `falco` is the class under which Falco reports the like."""

    title: str
    severity: str = "error"
    falco: str = "LOAD_ERR_COMPILE_CONDITION"


CODES = {
    "F001": Code("syntax error"),
    "F002": Code("empty condition"),
    "F003": Code("condition too deep"),
    "F004": Code("bad escape in a quoted text"),
    "F005": Code("unknown macro"),
    "F006": Code("unclosed quote"),
    "F007": Code("unknown field"),
    "F008": Code("bad field argument"),
    "F009": Code("operator does not fit the field's type"),
    "F010": Code("constant does not fit the field's type"),
    "F011": Code("unknown event type"),
    "F012": Code("bad regular expression"),
    "F013": Code("bad transformer use"),
    "F014": Code("fields of different types compared"),
    "F015": Code("field cannot be compared with a field"),
    "F016": Code("modifier does not fit"),
    "F017": Code("field can only be printed"),
    "F050": Code("condition names no event type", "warning", "LOAD_NO_EVTTYPE"),
    "F051": Code("regular expression without special characters", "warning", "LOAD_COMPILE_CONDITION"),
    "F052": Code("constant looks like a field", "warning", "LOAD_COMPILE_CONDITION"),
    "F053": Code("deprecated field", "warning", "LOAD_DEPRECATED_ITEM"),
    "F054": Code("constant looks like a transformer", "warning", "LOAD_COMPILE_CONDITION"),
}


def problem(code: str, source: Source, at: int, length: int, text: str, hint: str = "") -> Problem:
    """A finding at `length` characters from `at` of a condition's text."""
    place, line = source.place(at, length)
    return Problem(code, place, text, hint, CODES[code].severity, line)
