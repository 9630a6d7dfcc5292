"""Events that bring container records, and take them away."""

from libc.string cimport memcpy

from firmer.event cimport Event, Span, span_bytes, span_text, uint_or
from firmer.state.state cimport PATHS_NOTED, State
from firmer.state.thread cimport Thread, new_thread

from firmer.state.containers import SUCCESSFUL, Container, old_record, parse_container

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_CONTAINER_E

cdef enum:
    MAX_CONTAINERS = 16384
    MAX_ADDITIONS = 1024          # each waits for the very next event of its thread


# What firmer's writer tells of the thread's next event: see capture.additions
ADDITIONS = (b"firmer.addition", b"firmer.claimed", b"firmer.code")


cdef int take_record(State state, object record) except -1:
    if record.id not in state.containers and len(state.containers) >= MAX_CONTAINERS:
        return state.count("containers: table full")
    state.containers[record.id] = record
    return 0


cdef int on_container(State state, Event event) except -1:
    """container: in the first generation four parameters, then a JSON text."""
    cdef Thread thread
    if event.type == PPME_CONTAINER_E:
        record = old_record(span_text(event.raw(0)), uint_or(event.raw(1), 0), span_text(event.raw(2)), span_text(event.raw(3)))
        if record.id:
            take_record(state, record)
        return 0
    record = parse_container(span_text(event.raw(0)))
    if record is None:
        state.hidden = True
        return state.count("containers: unreadable record")
    if record.lookup_state != SUCCESSFUL and record.id in state.containers:
        state.hidden = True
        return 0
    take_record(state, record)
    if state.sysdig:
        state.hidden = record.lookup_state != SUCCESSFUL
        # sysdig shows such an event as done by a process of this name, which stands in no table
        thread = new_thread(-1, -1, -1)
        thread.vtid = thread.vpid = -2
        thread.loginuid = 0
        thread.comm = b"container:" + record.id
        thread.container_id = record.id
        state.thread = thread
    return 0


cdef int on_async(State state, Event event) except -1:
    """asyncevent: the container plugin's `container` and `container_removed`, and what firmer's writer adds (see capture.additions)."""
    cdef bytes name = span_text(event.param(1))
    if name == b"firmer.kernel_paths":
        state.kernel_paths = PATHS_NOTED
        return 0
    if name in ADDITIONS:
        if len(state.additions) >= MAX_ADDITIONS:
            state.count("spellings of paths: their events did not come")
            del state.additions[next(iter(state.additions))]
        state.additions[event.tid] = None if name == b"firmer.claimed" else span_bytes(event.param(2))
        return 0
    if name != b"container" and name != b"container_removed":
        return 0
    record = parse_container(span_text(event.param(2)))
    if record is None:
        return state.count("containers: unreadable record")
    if name == b"container":
        known = state.containers.get(record.id)
        record.plugin = known is None or known.plugin   # False: both told it, as some captures do for all readers
        return take_record(state, record)
    state.containers.pop(record.id, None)
    return 0


cdef int on_generic(State state, Event event) except -1:
    """A call without an event type of its own: its code, where the capture has it in a notice."""
    cdef Span code = event.raw(0)
    cdef bytearray block
    told = state.additions.pop(event.tid, None) if state.additions else None
    if told is None or len(told) != 2 or code.size != 2 or uint_or(code, 1) != 0:
        return 0
    block = bytearray(event.block_bytes)
    memcpy(<char *>block + (code.at - event.block), <const char *><bytes>told, 2)
    event.stand_on(block)
    return 0
