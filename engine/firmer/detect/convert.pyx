"""Old layouts to today's, and today's to that of sysdig 0.29.3.

To today's: each event in the form in which today's readers show it to their users: exits with all parameters, what they lacked taken from
their enter events, which go; old types as what became of them.

To sysdig's: an exit without enter event gets one before it, at the same time, with what the exit knows of its parameters, so that 0.29.3
finds descriptors and shows arguments. The exits stay as they are: 0.29.3 passes over parameters that it does not know.
"""

from libc.stdint cimport uint32_t

from firmer.capture.writer cimport Writer
from firmer.event cimport Event
from firmer.events.table cimport SYSDIG_TYPES
from firmer.state.consumer cimport Consumer
from firmer.state.state cimport State

from firmer.capture.encode import encode_event

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
    """Writes each event as it is, behind an enter event where it lacks one; the writer has its `enters` on."""
    cdef Writer writer
    cdef dict counts

    def __init__(self, Writer writer not None) -> None:
        self.writer = writer
        self.wanted = None
        self.counts = {}

    @property
    def notes(self) -> dict:
        made = {ADDED: self.writer.enters.added, LEFT: self.writer.enters.left}
        return self.counts | {what: count for what, count in made.items() if count}

    cdef int on_section(self, section, State state) except -1:
        self.writer.section(section)
        return 0

    cdef int on_event(self, Event event, State state) except -1:
        self.writer.event(event)
        return note(self.counts, COPIED if event.type < SYSDIG_TYPES else UNKNOWN)


cdef inline bint is_current(const unsigned char *block) noexcept:
    """Whether the block has a parameter count: today's layout."""
    return block[0] != 0x04 and block[0] != 0x08 and block[1] == 0x02


cdef int note(dict notes, str what) except -1:
    notes[what] = notes.get(what, 0) + 1
    return 0
