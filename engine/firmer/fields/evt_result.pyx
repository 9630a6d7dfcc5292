"""evt.*, how a call ended: result, failure, counts for the tables, length of what it moved."""

from libc.stdint cimport int64_t, uint64_t, uint8_t
from libc.string cimport strcmp

from firmer.event cimport EVENT_TYPES, Event, Span, int_or, span_int
from firmer.events cimport fdtype, table
from firmer.events.table cimport EventInfo
from firmer.fields.args cimport param_of, row_for, row_of
from firmer.fields.registry cimport declare
from firmer.fields.slot cimport Slot, give_num, give_text
from firmer.state.state cimport State

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_PROCINFO_E

# By event type: 1 where the first parameter is the call's result.
cdef uint8_t returns[EVENT_TYPES]
cdef uint8_t sysdig_returns[EVENT_TYPES]
cdef dict errors = {}         # result -> text, made when first seen; as many as there are errno names


cdef int find_results() except -1:
    cdef int kind
    for kind in range(EVENT_TYPES):
        returns[kind] = kind & 1 and begins_with_result(row_for(kind, False))
        sysdig_returns[kind] = kind & 1 and begins_with_result(row_for(kind, True))
    return 0


cdef bint begins_with_result(const EventInfo *row) noexcept:
    return row.nparams > 0 and (strcmp(row.params[0].name, b"res") == 0 or strcmp(row.params[0].name, b"fd") == 0)


find_results()


cdef bint result(Event event, State state, int64_t *value) noexcept:
    """The call's result; False when the event has none."""
    if not (sysdig_returns[event.type] if state.sysdig else returns[event.today]):
        return False
    return span_int(param_of(event, state, 0), value)


cdef int get_rawres(Slot slot, Event event, State state) except -1:
    cdef int64_t value
    return result(event, state, &value) and give_num(slot, value)


cdef int get_res(Slot slot, Event event, State state) except -1:
    cdef int64_t value
    cdef const char *name
    if not result(event, state, &value):
        return 0
    if value >= 0:
        return give_text(slot, b"SUCCESS")
    text = errors.get(value)
    if text is None:
        name = table.value_name(table.errno_names, -<uint64_t>value)
        if name == NULL:
            return give_text(slot, b"%d" % value)
        text = errors[value] = <bytes>name
    return give_text(slot, <bytes>text)


cdef int get_failed(Slot slot, Event event, State state) except -1:
    cdef int64_t value
    return result(event, state, &value) and give_num(slot, value < 0)


cdef bint failed(Event event, State state) noexcept:
    cdef int64_t value
    return result(event, state, &value) and value < 0


cdef int get_failed_sysdig(Slot slot, Event event, State state) except -1:
    """sysdig says false where there is no result at all."""
    return give_num(slot, failed(event, state))


# Bytes moved.

cdef int64_t moved(Event event, State state, uint64_t wanted_flag) noexcept:
    """Bytes that the call moved over a known descriptor; -1 when it did not."""
    cdef const EventInfo *row = row_of(event, state)
    cdef int64_t value
    if state.fd is None or not event.type & 1 or (wanted_flag and not row.flags & wanted_flag):
        return -1
    if row.category != table.EC_IO_READ and row.category != table.EC_IO_WRITE and row.category != table.EC_IO_OTHER:
        return -1
    return value if result(event, state, &value) else -1


cdef int give_moved(Slot slot, int64_t size) except -1:
    return size >= 0 and give_num(slot, size)


cdef bint is_ip(State state) noexcept:
    return state.fd is not None and fdtype.FD_IPV4 <= state.fd.type <= fdtype.FD_IPV6_SERVER


cdef bint is_file(State state) noexcept:
    return state.fd is not None and state.fd.type == fdtype.FD_FILE


cdef int get_buflen(Slot slot, Event event, State state) except -1:
    return give_moved(slot, moved(event, state, 0))


cdef int get_buflen_in(Slot slot, Event event, State state) except -1:
    return give_moved(slot, moved(event, state, table.EF_READS_FROM_FD))


cdef int get_buflen_out(Slot slot, Event event, State state) except -1:
    return give_moved(slot, moved(event, state, table.EF_WRITES_TO_FD))


cdef int get_buflen_file(Slot slot, Event event, State state) except -1:
    return is_file(state) and give_moved(slot, moved(event, state, 0))


cdef int get_buflen_file_in(Slot slot, Event event, State state) except -1:
    return is_file(state) and give_moved(slot, moved(event, state, table.EF_READS_FROM_FD))


cdef int get_buflen_file_out(Slot slot, Event event, State state) except -1:
    return is_file(state) and give_moved(slot, moved(event, state, table.EF_WRITES_TO_FD))


cdef int get_buflen_net(Slot slot, Event event, State state) except -1:
    return is_ip(state) and give_moved(slot, moved(event, state, 0))


cdef int get_buflen_net_in(Slot slot, Event event, State state) except -1:
    return is_ip(state) and give_moved(slot, moved(event, state, table.EF_READS_FROM_FD))


cdef int get_buflen_net_out(Slot slot, Event event, State state) except -1:
    return is_ip(state) and give_moved(slot, moved(event, state, table.EF_WRITES_TO_FD))


# Counts: 1 for what they count, so that a table can add them up.

cdef enum Sort:
    SORT_ANY
    SORT_FILE
    SORT_NET
    SORT_MEMORY
    SORT_OTHER


cdef int sort_of(Event event, State state) noexcept:
    """What a call that failed was about: by its descriptor, else by its type."""
    cdef const EventInfo *row = row_of(event, state)
    cdef uint8_t type
    if row.category == table.EC_MEMORY:
        return SORT_MEMORY
    if state.fd is not None:
        type = state.fd.type
        if type == fdtype.FD_FILE or type == fdtype.FD_DIRECTORY:
            return SORT_FILE
        if fdtype.FD_IPV4 <= type <= fdtype.FD_IPV6_SERVER or type == fdtype.FD_UNIX:
            return SORT_NET
        return SORT_OTHER
    if row.category == table.EC_FILE and row.flags & table.EF_CREATES_FD:
        return SORT_FILE
    if strcmp(row.name, b"accept") == 0 or strcmp(row.name, b"accept4") == 0 or strcmp(row.name, b"connect") == 0:
        return SORT_NET
    return SORT_OTHER


cdef int count_errors(Slot slot, Event event, State state, int sort) except -1:
    cdef int64_t value
    cdef bint hit
    if state.sysdig:
        return failed(event, state) and (sort == SORT_ANY or sort_of(event, state) == sort) and give_num(slot, 1)
    if not result(event, state, &value):
        return 0
    hit = value < 0 and (sort == SORT_ANY or sort_of(event, state) == sort)
    return give_num(slot, hit)


cdef int get_count(Slot slot, Event event, State state) except -1:
    return give_num(slot, 1)


cdef int get_count_exit(Slot slot, Event event, State state) except -1:
    return event.type & 1 and give_num(slot, 1)


cdef int get_count_error(Slot slot, Event event, State state) except -1:
    return count_errors(slot, event, state, SORT_ANY)


cdef int get_count_error_file(Slot slot, Event event, State state) except -1:
    return count_errors(slot, event, state, SORT_FILE)


cdef int get_count_error_net(Slot slot, Event event, State state) except -1:
    return count_errors(slot, event, state, SORT_NET)


cdef int get_count_error_memory(Slot slot, Event event, State state) except -1:
    return count_errors(slot, event, state, SORT_MEMORY)


cdef int get_count_error_other(Slot slot, Event event, State state) except -1:
    return count_errors(slot, event, state, SORT_OTHER)


cdef int get_count_threadinfo(Slot slot, Event event, State state) except -1:
    """1 for the records of CPU times that live captures hold."""
    return event.type == PPME_PROCINFO_E and give_num(slot, 1)


cdef int get_count_procinfo(Slot slot, Event event, State state) except -1:
    return event.type == PPME_PROCINFO_E and state.thread is not None and state.thread.is_leader() and give_num(slot, 1)


cdef int get_cnt(Slot slot, Event event, State state) except -1:
    """Counts how often it was asked."""
    slot.last += 1
    return give_num(slot, <int64_t>slot.last)


cdef dict HIDDEN = {"hidden": True}

FIELDS = (
    declare("evt.res", "CHARBUF", get_res, "SUCCESS, or the name of the error.", {"example": "ENOENT"}),
    declare("evt.rawres", "INT64", get_rawres, "The call's result as a number.", {"example": "-2"}),
    declare("evt.failed", "BOOL", get_failed, "Whether the call ended in an error.", None, get_failed_sysdig),
    declare("evt.buflen", "UINT64", get_buflen, "Bytes that the call moved over a descriptor.", {"example": "4096"}),
    declare("evt.buflen.in", "UINT64", get_buflen_in, "Bytes read.", HIDDEN),
    declare("evt.buflen.out", "UINT64", get_buflen_out, "Bytes written.", HIDDEN),
    declare("evt.buflen.file", "UINT64", get_buflen_file, "Bytes read from and written to files.", HIDDEN),
    declare("evt.buflen.file.in", "UINT64", get_buflen_file_in, "Bytes read from files.", HIDDEN),
    declare("evt.buflen.file.out", "UINT64", get_buflen_file_out, "Bytes written to files.", HIDDEN),
    declare("evt.buflen.net", "UINT64", get_buflen_net, "Bytes received from and sent to the network.", HIDDEN),
    declare("evt.buflen.net.in", "UINT64", get_buflen_net_in, "Bytes received from the network.", HIDDEN),
    declare("evt.buflen.net.out", "UINT64", get_buflen_net_out, "Bytes sent to the network.", HIDDEN),
    declare("evt.count", "UINT32", get_count, "1, for tables that add it up."),
    declare("evt.count.exit", "UINT32", get_count_exit, "1 for the exits of calls."),
    declare("evt.count.error", "UINT32", get_count_error, "1 for calls that failed."),
    declare("evt.count.error.file", "UINT32", get_count_error_file, "1 for calls on files that failed."),
    declare("evt.count.error.net", "UINT32", get_count_error_net, "1 for calls on sockets that failed."),
    declare("evt.count.error.memory", "UINT32", get_count_error_memory, "1 for calls on memory that failed."),
    declare("evt.count.error.other", "UINT32", get_count_error_other, "1 for all other calls that failed."),
    declare("evt.count.threadinfo", "UINT32", get_count_threadinfo, "1 for records of a thread's CPU time.", HIDDEN),
    declare("evt.count.procinfo", "UINT32", get_count_procinfo, "1 for records of a process's CPU time.", HIDDEN),
    declare("util.cnt", "UINT64", get_cnt, "How many events this very field was asked for.", HIDDEN),
)
