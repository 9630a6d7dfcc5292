"""proc.duration, proc.pid.ts and their like: since when a process runs."""

from libc.stdint cimport int64_t, uint64_t

from firmer.event cimport Event
from firmer.fields.lineage cimport parent_process
from firmer.fields.registry cimport declare
from firmer.fields.slot cimport Slot, give_num
from firmer.state.state cimport State
from firmer.state.thread cimport Thread


cdef inline int give_since(Slot slot, Event event, uint64_t start) noexcept:
    """Time from `start` to the event; 0 is no start."""
    slot.num = <int64_t>(event.ts - start)
    return start != 0


cdef int get_duration(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_since(slot, event, state.thread.clone_ts)


cdef int get_start(Slot slot, Event event, State state) except -1:
    if state.thread is None or not state.thread.clone_ts:
        return 0
    return give_num(slot, <int64_t>state.thread.clone_ts)


cdef int get_parent_duration(Slot slot, Event event, State state) except -1:
    cdef Thread parent = None if state.thread is None else parent_process(state, state.thread)
    # of a parent whose start is not known Falco tells the number of open descriptors here, by a slip
    return 0 if parent is None else give_since(slot, event, parent.clone_ts)


cdef int get_parent_start(Slot slot, Event event, State state) except -1:
    cdef Thread parent = None if state.thread is None else parent_process(state, state.thread)
    return 0 if parent is None else give_num(slot, <int64_t>parent.clone_ts)


cdef int get_pidns_start(Slot slot, Event event, State state) except -1:
    if state.thread is None or not state.thread.pidns_init_start_ts:
        return 0
    return give_num(slot, <int64_t>state.thread.pidns_init_start_ts)


cdef dict new(str example):
    return {"example": example, "dialects": "falco"}


FIELDS = (
    declare("proc.duration", "RELTIME", get_duration, "Time since the process started, ns.", {"example": "1000000000"}),
    declare("proc.pid.ts", "RELTIME", get_start, "Start of the process, ns since the epoch.", new("1700000000000000000")),
    declare("proc.ppid.duration", "RELTIME", get_parent_duration, "Time since the parent started, ns.", new("1000000000")),
    declare("proc.ppid.ts", "RELTIME", get_parent_start, "Start of the parent, ns since the epoch; 0 if unknown.", new("1700000000000000000")),
    declare(
        "proc.pidns_init_start_ts", "UINT64", get_pidns_start, "Start of the pid namespace, ns since the epoch.", new("1700000000000000000")
    ),
)
