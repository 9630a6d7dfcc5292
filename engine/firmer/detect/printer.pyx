"""Printing a line an event, as sysdig does.

Events of the internal category count for the limits, but are printed only when asked for. Container events at the head of a capture
describe its start state and are silent; later ones print like any other. With `display` the filter only says what is printed: every event
counts, and every line is made, so that fields which remember (evt.deltatime) see all events.
"""

from libc.stdint cimport uint64_t
from libc.string cimport memset

from firmer.event cimport EVENT_TYPES, PPME_GENERIC_X, Event, span_uint
from firmer.events.render cimport put_char
from firmer.events.table cimport EC_INTERNAL, SYSCALL_CODES, SYSDIG_TYPES, event_table, syscall_name, sysdig_table
from firmer.state.state cimport State

from firmer.events.table import every_key

cdef enum:
    FLUSH_BYTES = 1 << 16
    CONTAINER_OLD = 228
    CONTAINER_JSON = 272
    CONTAINER_JSON_2 = 324
    SYSDIG_CALLS = 329            # system calls that sysdig 0.29.3 counts

cdef uint64_t NS = 1000000000


cdef class Printer(Consumer):
    def __init__(
        self, Format format, out, Condition condition=None, limit=0, seconds=0, quiet=False, display=False, debug=False, counting=False,
        unbuffered=False,
    ) -> None:
        self.format = format
        self.out = out
        self.condition = condition
        self.limit = limit
        self.span = seconds * NS
        self.quiet = quiet
        self.display = display
        self.debug = debug
        self.counting = counting
        self.unbuffered = unbuffered
        self.text = Text()
        self.wanted = None
        if condition is not None:
            self.wanted = every_key(condition.wanted) if display or debug else filtered(condition.wanted)
        memset(self.types, 0, sizeof(self.types))
        memset(self.calls, 0, sizeof(self.calls))

    cdef int on_section(self, section, State state) except -1:
        self.leading = True
        return 0

    cdef int on_event(self, Event event, State state) except -1:
        cdef bint internal, passes
        if self.leading:
            if event.type == CONTAINER_OLD or event.type == CONTAINER_JSON or event.type == CONTAINER_JSON_2:
                return 0
            self.leading = False
        if event.flags & 1 or state.hidden:
            return 0
        internal = is_internal(event.type)
        passes = self.condition is None or (internal and self.debug) or self.condition.holds(event, state)
        if not passes and not self.display:
            return 0
        if self.span:
            if self.stop_ts == 0:
                self.stop_ts = event.ts + self.span
            elif event.ts >= self.stop_ts:
                return 1
        self.passed += 1
        if self.counting:
            self.count(event)
        if not self.quiet and (not internal or self.debug):
            self.print_line(event, state, passes)
        return self.limit and self.passed >= self.limit

    cdef int on_idle(self, uint64_t now) except -1:
        self.flush()
        return self.stop_ts and now >= self.stop_ts

    cdef int print_line(self, Event event, State state, bint keep) except -1:
        cdef Py_ssize_t before = self.text.size
        if self.format.render(self.text, event, state) and keep:
            put_char(self.text, b"\n")
        else:
            self.text.size = before
        if self.text.size >= FLUSH_BYTES or (self.unbuffered and self.text.size):
            self.flush()
        return 0

    cdef int count(self, Event event) except -1:
        cdef uint64_t code = 0
        if event.type > PPME_GENERIC_X:
            self.types[event.type] += 1
        elif span_uint(event.raw(0), &code) and code < SYSCALL_CODES:
            self.calls[2 * code + (event.type & 1)] += 1
        return 0

    def counts(self) -> list[tuple[str, int]]:
        """How often each kind of event came, those that did not, too: in sysdig's order, then what it does not know."""
        kinds = [row_of_type(kind, self.types[kind]) for kind in range(EVENT_TYPES)]
        calls = [row_of_call(k, self.calls[k]) for k in range(2 * SYSCALL_CODES)]
        return kinds[:SYSDIG_TYPES] + calls[:2 * SYSDIG_CALLS] + kinds[SYSDIG_TYPES:] + calls[2 * SYSDIG_CALLS:]

    cdef int flush(self) except -1:
        if self.text.size == 0:
            return 0
        self.out.write(self.text.taken())
        if self.unbuffered:
            self.out.flush()
        return 0

    def finish(self) -> None:
        """Write what is still held back."""
        self.flush()
        self.out.flush()


def filtered(wanted: bytes) -> bytes | None:
    """Event keys that a filter wants; a filter that lets container events through sees all, to know where the head of the capture ends."""
    return every_key(wanted) if wanted[CONTAINER_OLD] or wanted[CONTAINER_JSON] or wanted[CONTAINER_JSON_2] else wanted


cdef inline bint is_internal(int kind) noexcept:
    return (sysdig_table[kind].category if kind < SYSDIG_TYPES else event_table[kind].category) == EC_INTERNAL


cdef tuple row_of_type(int kind, uint64_t count):
    # event types come in pairs, entry and exit
    cdef const char *name = sysdig_table[kind].name if kind < SYSDIG_TYPES else event_table[kind].name
    return f"{'<' if kind & 1 else '>'} {name.decode() if name != NULL else '<unknown>'}", count


cdef tuple row_of_call(int k, uint64_t count):
    cdef const char *name = syscall_name(k // 2, True)
    return f"{'<' if k & 1 else '>'} {name.decode() if name != NULL else '<unknown>'}", count
