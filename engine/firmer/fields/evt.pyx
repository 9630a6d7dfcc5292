"""evt.*, what the header and the type of an event tell: number, name, direction, category, kind of call."""

import os

from libc.stdint cimport int64_t, uint16_t, uint64_t, uint8_t

from firmer.event cimport EVENT_TYPES, Event, Span, span_text, span_uint
from firmer.events cimport fdtype, table
from firmer.fields.args cimport row_for, row_of
from firmer.fields.registry cimport declare
from firmer.fields.slot cimport Slot, give_num, give_text
from firmer.state.state cimport State

cdef enum:
    SWITCH = 152
    ASYNC_EVENT = 402

cdef tuple DIRECTIONS = (b">", b"<")
cdef tuple CATEGORIES = (
    b"unknown", b"other", b"file", b"net", b"IPC", b"memory", b"process", b"sleep", b"system", b"signal", b"user", b"time",
    b"unknown", b"unknown", b"unknown", b"wait", b"scheduler", b"unknown",
)
# what a kind of descriptor makes of an I/O event
cdef dict IO_CATEGORIES = {
    fdtype.FD_FILE: b"file", fdtype.FD_FILE_V2: b"file", fdtype.FD_DIRECTORY: b"file",
    fdtype.FD_IPV4: b"net", fdtype.FD_IPV6: b"net", fdtype.FD_IPV4_SERVER: b"net", fdtype.FD_IPV6_SERVER: b"net",
    fdtype.FD_FIFO: b"ipc", fdtype.FD_UNIX: b"ipc", fdtype.FD_EVENT: b"ipc", fdtype.FD_SIGNALFD: b"ipc", fdtype.FD_INOTIFY: b"ipc",
}
cdef bytes name_or_none(const char *name):
    return None if name == NULL else <bytes>name


cdef list event_names(bint sysdig):
    return [name_or_none(row_for(kind, sysdig).name) for kind in range(EVENT_TYPES)]


cdef list call_names(bint sysdig):
    return [name_or_none(table.syscall_name(code, sysdig)) for code in range(table.SYSCALL_CODES)]


# all names at hand, so that none is made while events run
cdef list NAMES = event_names(False)
cdef list SYSDIG_NAMES = event_names(True)
cdef list CALLS = call_names(False)
cdef list SYSDIG_CALLS = call_names(True)


cdef bytes type_name(Event event, State state):
    """The event's name; of the events without a type of their own the system call's, of asynchronous ones the one they carry."""
    if state.sysdig:
        return call_name(event, SYSDIG_CALLS, b"<unknown>", True) if event.type < 2 else <bytes>SYSDIG_NAMES[event.type]
    if event.today < 2:
        return call_name(event, CALLS, b"unknown", False)
    if event.today == ASYNC_EVENT:
        return span_text(event.param(1))
    return <bytes>NAMES[event.today]


cdef bytes call_name(Event event, list names, bytes otherwise, bint sysdig):
    cdef uint64_t code = 0, number = 0
    span_uint(event.raw(0), &code)
    if code == 0 and not sysdig and span_uint(event.param(1), &number):
        # the writer did not know the call, but kept its number
        code = table.code_of_call(number)
    if code == 0 or code >= <uint64_t>len(names) or names[code] is None:
        return otherwise
    return <bytes>names[code]


cdef int get_type(Slot slot, Event event, State state) except -1:
    return give_text(slot, type_name(event, state))


cdef int get_syscall_type(Slot slot, Event event, State state) except -1:
    if (event.type if state.sysdig else event.today) == SWITCH or row_of(event, state).flags & table.EF_SKIPPARSERESET:
        return 0
    return give_text(slot, type_name(event, state))


cdef int get_type_is(Slot slot, Event event, State state) except -1:
    """1 for the given number; for a name only its oldest pair of types counts."""
    cdef int kind = event.type if state.sysdig else event.today
    cdef int wanted
    if slot.output and state.sysdig:
        # sysdig's is for filters: as a column it has no value
        return 0
    if isinstance(slot.argument, int):
        return give_num(slot, kind == <int>slot.argument)
    if slot.memo is None:
        names = SYSDIG_NAMES if state.sysdig else NAMES
        slot.memo = names.index(slot.argument) if slot.argument in names else -2
    wanted = slot.memo
    return give_num(slot, kind == wanted or kind == wanted + 1)


def _type_is(text: str) -> int | bytes:
    if text.isascii() and text.isdigit():
        return int(text)
    name = text.encode()
    if name not in NAMES and name not in SYSDIG_NAMES:
        raise ValueError("there is no such event")
    return name


cdef int get_num(Slot slot, Event event, State state) except -1:
    return give_num(slot, event.num - state.unnumbered if state.sysdig else event.today_num)


cdef int get_cpu(Slot slot, Event event, State state) except -1:
    return give_num(slot, event.cpu)


cdef int get_dir(Slot slot, Event event, State state) except -1:
    return give_text(slot, <bytes>DIRECTIONS[(event.type if state.sysdig else event.today) & 1])


cdef int get_category(Slot slot, Event event, State state) except -1:
    cdef uint8_t category = row_of(event, state).category
    cdef uint64_t code
    if state.sysdig and event.type < 2 and span_uint(event.raw(0), &code) and code < table.SYSDIG_CODES:
        category = table.sysdig_categories[code]
    if category == table.EC_IO_READ or category == table.EC_IO_WRITE or category == table.EC_IO_OTHER:
        if state.fd is not None:
            return give_text(slot, IO_CATEGORIES.get(state.fd.type, b"unknown"))
        return give_text(slot, b"unknown")
    return give_text(slot, <bytes>CATEGORIES[category])


cdef int get_is_io(Slot slot, Event event, State state) except -1:
    return give_num(slot, (row_of(event, state).flags & (table.EF_READS_FROM_FD | table.EF_WRITES_TO_FD)) != 0)


cdef int get_is_io_read(Slot slot, Event event, State state) except -1:
    return give_num(slot, (row_of(event, state).flags & table.EF_READS_FROM_FD) != 0)


cdef int get_is_io_write(Slot slot, Event event, State state) except -1:
    return give_num(slot, (row_of(event, state).flags & table.EF_WRITES_TO_FD) != 0)


cdef int get_io_dir(Slot slot, Event event, State state) except -1:
    if row_of(event, state).flags & table.EF_READS_FROM_FD:
        return give_text(slot, b"read")
    if row_of(event, state).flags & table.EF_WRITES_TO_FD:
        return give_text(slot, b"write")
    return 0


cdef int get_is_wait(Slot slot, Event event, State state) except -1:
    return give_num(slot, (row_of(event, state).flags & table.EF_WAITS) != 0)


cdef int get_is_syslog(Slot slot, Event event, State state) except -1:
    if row_of(event, state).flags & table.EF_WRITES_TO_FD and state.fd is not None:
        return give_num(slot, b"/dev/log" in state.fd.name)
    return give_num(slot, 0)


cdef int get_source(Slot slot, Event event, State state) except -1:
    return give_text(slot, b"syscall")


cdef int get_is_async(Slot slot, Event event, State state) except -1:
    return give_num(slot, event.today == ASYNC_EVENT)


cdef int get_asynctype(Slot slot, Event event, State state) except -1:
    return give_text(slot, span_text(event.param(1))) if event.today == ASYNC_EVENT else 0


cdef int get_hostname(Slot slot, Event event, State state) except -1:
    if slot.memo is None:
        slot.memo = os.fsencode(os.environ.get("FALCO_HOSTNAME") or os.uname().nodename)
    return give_text(slot, slot.memo)


cdef int get_nothing(Slot slot, Event event, State state) except -1:
    return 0


FIELDS = (
    declare("evt.num", "UINT64", get_num, "Number of the event, counted from 1 over all events that were read.", {"example": "1410"}),
    declare("evt.type", "CHARBUF", get_type, "Name of the event, which is the system call's name for most.", {"example": "execve"}),
    declare(
        "evt.type.is", "UINT32", get_type_is, "1 for events of the type that is named or numbered behind the dot, otherwise 0.",
        {"argument": "required", "parse_dotted": _type_is},
    ),
    declare("syscall.type", "CHARBUF", get_syscall_type, "Like evt.type, absent for events that are no system call.", {"example": "open"}),
    declare("evt.dir", "CHARBUF", get_dir, "> for a call's entry, < for its exit.", {"example": "<", "deprecated": True}),
    declare("evt.category", "CHARBUF", get_category, "What the call is about, for I/O calls the kind of descriptor.", {"example": "file"}),
    declare("evt.cpu", "INT16", get_cpu, "Number of the CPU that the event happened on."),
    declare("evt.is_io", "BOOL", get_is_io, "Whether the call reads from or writes to a descriptor."),
    declare("evt.is_io_read", "BOOL", get_is_io_read, "Whether the call reads from a descriptor."),
    declare("evt.is_io_write", "BOOL", get_is_io_write, "Whether the call writes to a descriptor."),
    declare("evt.io_dir", "CHARBUF", get_io_dir, "The word read or write for calls that do so.", {"example": "write"}),
    declare("evt.is_wait", "BOOL", get_is_wait, "Whether the call waits, like poll or nanosleep."),
    declare("evt.is_syslog", "BOOL", get_is_syslog, "Whether the call writes to the system log's socket."),
    declare("evt.source", "CHARBUF", get_source, "Name of the source of the event.", {"example": "syscall", "dialects": "falco"}),
    declare("evt.is_async", "BOOL", get_is_async, "Whether something beside the kernel put the event in.", {"dialects": "falco"}),
    declare("evt.asynctype", "CHARBUF", get_asynctype, "Name that such an event carries.", {"example": "container", "dialects": "falco"}),
    declare("evt.hostname", "CHARBUF", get_hostname, "Name of this host, or FALCO_HOSTNAME of the environment.", {"dialects": "falco"}),
    declare("evt.pluginname", "CHARBUF", get_nothing, "Name of the plugin that made the event; firmer has none.", {"example": "json"}),
    declare("evt.plugininfo", "CHARBUF", get_nothing, "What that plugin says of the event; firmer has none."),
)
