"""evt.*, when it happened: time stamps, differences, latencies."""

from libc.math cimport log10
from libc.stdint cimport int64_t, uint64_t

from firmer.event cimport Event
from firmer.events cimport table
from firmer.events.render cimport Text, put_bytes
from firmer.events.render_time cimport WITH_DATE, WITH_NS, local_offset, put_iso8601, put_time
from firmer.fields.args cimport row_of
from firmer.fields.registry cimport declare, printed
from firmer.fields.slot cimport WITHIN, Slot, give_num, give_text
from firmer.state.state cimport State

cdef enum:
    DECADES = 11              # of nanoseconds, that spectrograms show
    STEPS = 80

cdef uint64_t NS = 1000000000
cdef Text line = Text()
cdef int output_mode = 104        # h: sysdig's -t


def print_times(mode: str) -> None:
    """Choose what evt.outputtime prints: h hour of day, a seconds, r since the first event, d latency, D since the one before."""
    global output_mode
    if mode not in tuple("hardD"):
        raise ValueError(mode)
    output_mode = ord(mode)


cdef int give_time(Slot slot, Event event, int parts) except -1:
    """Local time as text; JSON gets the number."""
    line.size = 0
    put_time(line, event.ts, local_offset(), parts)
    slot.num = <int64_t>event.ts
    slot.obj = line.taken()
    return 1


cdef int get_time(Slot slot, Event event, State state) except -1:
    return give_time(slot, event, WITH_NS)


cdef int get_time_s(Slot slot, Event event, State state) except -1:
    return give_time(slot, event, 0)


cdef int get_datetime(Slot slot, Event event, State state) except -1:
    return give_time(slot, event, WITH_DATE | WITH_NS)


cdef int get_datetime_s(Slot slot, Event event, State state) except -1:
    return give_time(slot, event, WITH_DATE)


cdef int get_iso8601(Slot slot, Event event, State state) except -1:
    line.size = 0
    put_iso8601(line, event.ts)
    slot.num = <int64_t>event.ts
    slot.obj = line.taken()
    return 1


cdef int get_rawtime(Slot slot, Event event, State state) except -1:
    return give_num(slot, event.ts)


cdef int get_rawtime_s(Slot slot, Event event, State state) except -1:
    return give_num(slot, event.ts // NS)


cdef int get_rawtime_ns(Slot slot, Event event, State state) except -1:
    return give_num(slot, event.ts % NS)


cdef int get_reltime(Slot slot, Event event, State state) except -1:
    return give_num(slot, event.ts - state.first_ts)


cdef int get_reltime_s(Slot slot, Event event, State state) except -1:
    return give_num(slot, (event.ts - state.first_ts) // NS)


cdef int get_reltime_ns(Slot slot, Event event, State state) except -1:
    return give_num(slot, (event.ts - state.first_ts) % NS)


cdef uint64_t delta(Slot slot, Event event) noexcept:
    """Time since the event for which this very slot was asked before; 0 for the first."""
    cdef uint64_t before = slot.last if slot.last else event.ts
    slot.last = event.ts
    return event.ts - before


cdef int get_deltatime(Slot slot, Event event, State state) except -1:
    return give_num(slot, delta(slot, event))


cdef int get_deltatime_s(Slot slot, Event event, State state) except -1:
    return give_num(slot, delta(slot, event) // NS)


cdef int get_deltatime_ns(Slot slot, Event event, State state) except -1:
    return give_num(slot, delta(slot, event) % NS)


cdef int get_latency(Slot slot, Event event, State state) except -1:
    if row_of(event, state).category == table.EC_INTERNAL:
        return 0
    return give_num(slot, state.latency)


cdef int get_latency_s(Slot slot, Event event, State state) except -1:
    return give_num(slot, slot.num // NS) if get_latency(slot, event, state) else 0


cdef int get_latency_ns(Slot slot, Event event, State state) except -1:
    return give_num(slot, slot.num % NS) if get_latency(slot, event, state) else 0


cdef int get_latency_human(Slot slot, Event event, State state) except -1:
    return give_text(slot, human(<uint64_t>slot.num)) if get_latency(slot, event, state) else 0


cdef int get_latency_quantized(Slot slot, Event event, State state) except -1:
    """Spectrograms have a column for each: equal steps of the logarithm, up to a hundred seconds."""
    cdef double size
    if state.latency == 0 or row_of(event, state).category == table.EC_INTERNAL:
        return 0
    size = log10(<double>state.latency)
    return give_num(slot, <int64_t>((size if size < DECADES else DECADES) * STEPS / DECADES) + 1)


cdef int get_absent(Slot slot, Event event, State state) except -1:
    return 0


cdef int get_no_latency(Slot slot, Event event, State state) except -1:
    """Without enter events there is nothing to measure from."""
    return give_num(slot, 0)


cdef int get_no_latency_human(Slot slot, Event event, State state) except -1:
    return give_text(slot, b"0ns")


cdef int get_wait_latency(Slot slot, Event event, State state) except -1:
    if not row_of(event, state).flags & table.EF_WAITS or not event.type & 1:
        return 0
    return give_num(slot, state.latency)


cdef bytes human(uint64_t ns):
    """`835ns`, `3.43us`, `16us`, `1.20ms`, `1.05s`, `2:5`, `01:02:03`; digits behind the point are cut, not rounded."""
    cdef uint64_t seconds = ns // NS
    if ns < 1000:
        return b"%dns" % ns
    if ns < 1000000:
        return b"%dus" % (ns // 1000) if ns >= 10000 else b"%d.%02dus" % (ns // 1000, ns % 1000 // 10)
    if ns < NS:
        return b"%dms" % (ns // 1000000) if ns >= 10000000 else b"%d.%02dms" % (ns // 1000000, ns % 1000000 // 10000)
    if seconds < 60:
        return b"%d.%02ds" % (seconds, ns % NS // 10000000)
    if seconds < 3600:
        return b"%d:%d" % (seconds // 60, seconds % 60)
    return b"%02d:%02d:%02d" % (seconds // 3600, seconds // 60 % 60, seconds % 60)


def human_time(ns: int) -> bytes:
    """A time span as a person says it."""
    return human(ns)


cdef int get_outputtime(Slot slot, Event event, State state) except -1:
    """The time column of a line, by the mode of the run."""
    cdef uint64_t span
    if output_mode == 104:
        return give_time(slot, event, WITH_NS)
    slot.num = <int64_t>event.ts
    if output_mode == 97:
        # sysdig does not pad these
        return give_text(slot, b"%d.%d" % (event.ts // NS, event.ts % NS))
    if output_mode == 114:
        span = event.ts - state.first_ts
    elif output_mode == 100:
        span = state.latency
    else:
        span = delta(slot, event)
    return give_text(slot, b"%d.%09d" % (span // NS, span % NS))


cdef int put_outputtime(Slot slot, Text out, Event event, State state) except -1:
    if output_mode == 104:
        put_time(out, event.ts, local_offset(), WITH_NS)
    else:
        get_outputtime(slot, event, state)
        put_bytes(out, <bytes>slot.obj)
    return 1


cdef int get_around(Slot slot, Event event, State state) except -1:
    """Milliseconds between the event and the given time, begun ones counted whole."""
    cdef uint64_t middle = slot.argument
    cdef uint64_t away = event.ts - middle if event.ts > middle else middle - event.ts
    return give_num(slot, away // 1000000 + (away % 1000000 != 0))


def _ns(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) >= 1 << 64:
        raise ValueError("needs a time in nanoseconds in the brackets")
    return int(text)


cdef dict STAMP = {"format": "time", "example": "17:35:48.514632619"}
cdef dict OLD = {"deprecated": True, "measures": True}
cdef dict OLD_PADDED = OLD | {"format": "pad"}

FIELDS = (
    declare("evt.time", "CHARBUF", get_time, "Local time of day with nanoseconds.", STAMP),
    declare("evt.time.s", "CHARBUF", get_time_s, "Local time of day in whole seconds.", {"format": "time", "example": "17:35:48"}),
    declare("evt.time.iso8601", "CHARBUF", get_iso8601, "Date and time in UTC, as ISO 8601 has it.", STAMP),
    declare("evt.datetime", "CHARBUF", get_datetime, "Local date and time with nanoseconds.", STAMP),
    declare("evt.datetime.s", "CHARBUF", get_datetime_s, "Local date and time in whole seconds.", STAMP),
    printed(
        declare("evt.outputtime", "CHARBUF", get_outputtime, "Time as the option -t wants it.", {"format": "time", "hidden": True}),
        put_outputtime,
    ),
    declare("evt.rawtime", "ABSTIME", get_rawtime, "Time in nanoseconds since the epoch.", {"example": "1534527348514632619"}),
    declare("evt.rawtime.s", "ABSTIME", get_rawtime_s, "Whole seconds of that time.", {"example": "1534527348"}),
    declare("evt.rawtime.ns", "ABSTIME", get_rawtime_ns, "Nanoseconds of that time within its second.", {"format": "pad"}),
    declare("evt.reltime", "RELTIME", get_reltime, "Nanoseconds since the first event of the capture.", {"format": "pad"}),
    declare("evt.reltime.s", "RELTIME", get_reltime_s, "Whole seconds since the first event."),
    declare("evt.reltime.ns", "RELTIME", get_reltime_ns, "Nanoseconds of that span within its second.", {"format": "pad"}),
    declare("evt.deltatime", "RELTIME", get_deltatime, "Nanoseconds since the event before that was asked for this field."),
    declare("evt.deltatime.s", "RELTIME", get_deltatime_s, "Whole seconds of that span."),
    declare("evt.deltatime.ns", "RELTIME", get_deltatime_ns, "Nanoseconds of that span within its second.", {"format": "pad"}),
    declare("evt.latency", "RELTIME", get_no_latency, "Nanoseconds from a call's entry to its exit.", OLD, get_latency),
    declare("evt.latency.s", "RELTIME", get_no_latency, "Whole seconds from a call's entry to its exit.", OLD, get_latency_s),
    declare("evt.latency.ns", "RELTIME", get_no_latency, "Nanoseconds of that span within its second.", OLD_PADDED, get_latency_ns),
    declare("evt.latency.human", "CHARBUF", get_no_latency_human, "That span with a unit.", OLD, get_latency_human),
    declare(
        "evt.latency.quantized", "UINT64", get_absent, "That span as one of 80 equal steps of its logarithm.",
        OLD | {"hidden": True}, get_latency_quantized,
    ),
    declare("evt.wait_latency", "RELTIME", get_no_latency, "That span for calls that wait, at their exit.", OLD, get_wait_latency),
    declare(
        "evt.around", "UINT64", get_around, "Whether the event is within so many milliseconds of a time in ns: evt.around[TIME]=MS.",
        {"argument": "required", "parse": _ns, "many": WITHIN, "filter_only": True, "no_right_hand_side": True, "no_transformer": True},
    ),
)
