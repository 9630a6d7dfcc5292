"""syslog.*: what a process tells the system log: priority, facility and text of a message written to /dev/log.

A message begins with its priority, `<30>`: facility times eight plus severity. What has none is no message here. sysdig reads at most
fifteen digits and keeps 32 bits of them; so do we, that both show the same for what a process makes up.
"""

from libc.stdint cimport int32_t, uint32_t, uint64_t
from libc.string cimport strcmp

from firmer.event cimport Event, Span, int_or
from firmer.events cimport table
from firmer.events.render cimport Text, put, put_bytes
from firmer.events.table cimport EventInfo
from firmer.fields.args cimport param_of, row_of
from firmer.fields.registry cimport declare
from firmer.fields.slot cimport Slot, give_num, give_text
from firmer.state.state cimport State

cdef enum:
    MAX_DIGITS = 15

cdef uint32_t NO_PRIORITY = 0xFFFFFFFF
cdef tuple FACILITIES = (
    b"kern", b"user", b"mail", b"daemon", b"auth", b"syslog", b"lpr", b"news", b"uucp", b"clock", b"authpriv", b"ftp", b"ntp", b"logaudit",
    b"logalert", b"cron", b"local0", b"local1", b"local2", b"local3", b"local4", b"local5", b"local6", b"local7",
)
cdef tuple SEVERITIES = (b"emerg", b"alert", b"crit", b"err", b"warn", b"notice", b"info", b"debug")


cdef struct Record:
    uint32_t priority
    const unsigned char *text
    size_t size


cdef bint read_record(Event event, State state, Record *record) except -1:
    """The message that the event writes, if it does."""
    cdef const EventInfo *row = row_of(event, state)
    cdef Span span
    cdef int k
    if not row.flags & table.EF_WRITES_TO_FD or not event.type & 1 or state.fd is None or b"/dev/log" not in state.fd.name:
        return False
    if int_or(param_of(event, state, 0), -1) < 0:
        return False
    for k in range(row.nparams):
        if strcmp(row.params[k].name, b"data") == 0:
            span = param_of(event, state, k)
            return span.at != NULL and split(<const unsigned char *>span.at, span.size, record)
    return False


cdef bint split(const unsigned char *data, size_t size, Record *record) noexcept:
    """Priority and text of a message; the first byte is taken for a bracket, as sysdig does."""
    cdef size_t at = 1, end
    cdef uint64_t number = 0
    while at < size and at <= MAX_DIGITS and 48 <= data[at] <= 57:
        number = number * 10 + data[at] - 48
        at += 1
    if at == 1 or at >= size or (data[at] != 62 and at <= MAX_DIGITS):
        return False
    record.priority = <uint32_t>number
    record.text = data + at + 1
    end = at + 1
    while end < size and data[end]:
        end += 1
    record.size = end - at - 1
    return record.priority != NO_PRIORITY


cdef uint32_t facility_of(Record *record) noexcept:
    return <uint32_t>(<int32_t>record.priority >> 3)


cdef int put_record(Text out, Event event, State state) except -1:
    """The message as evt.info tells it; 0 when the event has none."""
    cdef Record record
    if not read_record(event, state, &record):
        return 0
    put_bytes(out, b"syslog sev=")
    put_bytes(out, <bytes>SEVERITIES[record.priority & 7])
    put_bytes(out, b" msg=")
    put(out, <const char *>record.text, record.size)
    return 1


cdef int get_facility(Slot slot, Event event, State state) except -1:
    cdef Record record
    return read_record(event, state, &record) and give_num(slot, facility_of(&record))


cdef int get_facility_str(Slot slot, Event event, State state) except -1:
    cdef Record record
    cdef uint32_t facility
    if not read_record(event, state, &record):
        return 0
    facility = facility_of(&record)
    return give_text(slot, <bytes>FACILITIES[facility] if facility < <uint32_t>len(FACILITIES) else b"<NA>")


cdef int get_severity(Slot slot, Event event, State state) except -1:
    cdef Record record
    return read_record(event, state, &record) and give_num(slot, record.priority & 7)


cdef int get_severity_str(Slot slot, Event event, State state) except -1:
    cdef Record record
    return read_record(event, state, &record) and give_text(slot, <bytes>SEVERITIES[record.priority & 7])


cdef int get_message(Slot slot, Event event, State state) except -1:
    cdef Record record
    return read_record(event, state, &record) and give_text(slot, (<const char *>record.text)[:record.size])


def split_message(message: bytes) -> tuple[int, int, bytes] | None:
    """(facility, severity, text) of a message to the system log; None when it has no priority."""
    cdef Record record
    if not split(message, len(message), &record):
        return None
    return facility_of(&record), record.priority & 7, (<const char *>record.text)[:record.size]


cdef dict SYSDIG = {"dialects": "sysdig"}

FIELDS = (
    declare("syslog.facility.str", "CHARBUF", get_facility_str, "Facility of the message as a word.", SYSDIG | {"example": "authpriv"}),
    declare("syslog.facility", "UINT32", get_facility, "Facility of the message as a number.", SYSDIG | {"example": "10"}),
    declare(
        "syslog.severity.str", "CHARBUF", get_severity_str, "Severity as a word: emerg, alert, crit, err, warn, notice, info or debug.",
        SYSDIG | {"example": "info"},
    ),
    declare("syslog.severity", "UINT32", get_severity, "Severity as a number, 0 for emerg to 7 for debug.", SYSDIG | {"example": "6"}),
    declare("syslog.message", "CHARBUF", get_message, "Text of the message, without its priority.", SYSDIG | {"example": "session opened"}),
)
