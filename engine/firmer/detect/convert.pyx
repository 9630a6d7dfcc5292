"""Old layouts to today's, and today's to that of sysdig 0.29.3.

To today's: each event in the form in which today's readers show it to their users: exits with all parameters, what they lacked taken from
their enter events, which go; old types as what became of them.

To sysdig's: an exit without enter event gets one before it, at the same time, with what the exit knows of its parameters, so that 0.29.3
finds descriptors and shows arguments. The exits stay as they are: 0.29.3 passes over parameters that it does not know.
"""

from libc.stdint cimport uint32_t, uint64_t

from firmer.capture.writer cimport Writer
from firmer.event cimport Event, int_or
from firmer.events.table cimport SYSDIG_TYPES
from firmer.state.consumer cimport Consumer
from firmer.state.state cimport State

from firmer.capture.encode import encode_event
from firmer.events.table import PARAM_TYPES, event_types

SYSCALL = 1 << 12  # of EVENT_FLAGS
WIDTHS = {
    "INT8": 1, "UINT8": 1, "FLAGS8": 1, "ENUMFLAGS8": 1, "SIGTYPE": 1, "INT16": 2, "UINT16": 2, "FLAGS16": 2, "ENUMFLAGS16": 2,
    "SYSCALLID": 2, "PORT": 2, "INT32": 4, "UINT32": 4, "FLAGS32": 4, "ENUMFLAGS32": 4, "UID": 4, "GID": 4, "MODE": 4, "SIGSET": 4,
    "FD32": 4, "PID32": 4, "INT64": 8, "UINT64": 8, "ERRNO": 8, "FD": 8, "PID": 8, "RELTIME": 8, "ABSTIME": 8,
}  # fmt: skip
CHILDREN = ("clone", "fork", "vfork", "clone3")  # whose exit comes a second time, in the child, with res 0 and without enter event
COPIED, MADE, ADDED, LEFT, UNKNOWN = (
    "events copied as they were",
    "events brought to today's form",
    "enter events added",
    "events left out: too large in the other layout",
    "events that sysdig 0.29.3 does not know, copied",
)


cdef class Today(Consumer):
    """Writes each event in today's form; runs in Falco's dialect, which hides the enter events that go."""
    cdef Writer writer
    cdef readonly dict notes

    def __init__(self, Writer writer not None) -> None:
        self.writer = writer
        self.wanted = None
        self.notes = {}

    cdef int on_section(self, section, State state) except -1:
        self.writer.section(section)
        return 0

    cdef int on_event(self, Event event, State state) except -1:
        cdef int k, count = event.param_count()
        if event.type == event.today and event.enter is None and event.nparams == <uint32_t>count and is_current(event.block):
            self.writer.event(event)
            return note(self.notes, COPIED)
        params = [event.param_bytes(k) or b"" for k in range(count)]
        try:
            block = encode_event(event.today, event.ts, event.tid, params, event.cpu, event.flags)
        except ValueError:
            return note(self.notes, LEFT)
        self.writer.event_bytes(block)
        return note(self.notes, MADE)


cdef class Classic(Consumer):
    """Writes each event as it is, behind an enter event where it lacks one."""
    cdef Writer writer
    cdef readonly dict notes
    cdef dict entered                   # tid -> type of the enter event that is pending
    cdef list plans                     # by exit type: for each parameter of its enter event (slot of the exit or -1, value without one)
    cdef set children                   # exit types of CHILDREN

    def __init__(self, Writer writer not None) -> None:
        self.writer = writer
        self.wanted = None
        self.notes = {}
        self.entered = {}
        self.plans = [plan(kind) for kind in range(SYSDIG_TYPES)]
        self.children = {row["id"] for row in event_types() if row["name"] in CHILDREN and not row["entry"]}

    cdef int on_section(self, section, State state) except -1:
        self.writer.section(section)
        self.entered.clear()
        return 0

    cdef int on_event(self, Event event, State state) except -1:
        cdef int kind = event.type
        if kind >= SYSDIG_TYPES:
            self.writer.event(event)
            return note(self.notes, UNKNOWN)
        if kind & 1 == 0:
            self.entered[event.tid] = kind
        elif self.plans[kind] is not None and self.entered.pop(event.tid, -1) != kind - 1 and not self.in_child(event):
            params = [(event.raw_bytes(at) if at >= 0 else None) or default for at, default in self.plans[kind]]
            try:
                self.writer.event_bytes(encode_event(kind - 1, event.ts, event.tid, params, event.cpu, event.flags))
                note(self.notes, ADDED)
            except ValueError:
                note(self.notes, LEFT)
        self.writer.event(event)
        return note(self.notes, COPIED)

    cdef bint in_child(self, Event event) except -1:
        return event.type in self.children and int_or(event.raw(0), -1) == 0


def plan(kind: int):
    """Where the parameters of an exit's enter event come from; None for what has no enter event."""
    rows = event_types()
    row, enter = rows[kind], rows[kind - 1]
    if kind & 1 == 0 or row["entry"] or not row["flags"] & SYSCALL or enter["sysdig_params"] is None:
        return None
    names = [name for name, _, _ in row["params"]]
    return [
        (names.index(name) if name in names else -1, bytes(WIDTHS.get(PARAM_TYPES[form], 0)))
        for name, form, _ in enter["params"][: enter["sysdig_params"]]
    ]


cdef inline bint is_current(const unsigned char *block) noexcept:
    """Whether the block has a parameter count: today's layout."""
    return block[0] != 0x04 and block[0] != 0x08 and block[1] == 0x02


cdef int note(dict notes, str what) except -1:
    notes[what] = notes.get(what, 0) + 1
    return 0
