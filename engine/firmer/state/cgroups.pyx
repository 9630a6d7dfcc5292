"""Which container a thread is in, by its cgroups."""

from firmer.events.engines import find_container
from firmer.state.containers import bare_record
from firmer.state.state cimport State
from firmer.state.thread cimport Thread

cdef enum:
    MAX_SEARCHED = 4096           # texts of cgroups whose container is remembered
    MAX_CONTAINERS = 16384


cdef int resolve_container(State state, Thread thread) except -1:
    """Set the thread's container id; each text of cgroups is searched once."""
    cdef bytes cgroups = thread.cgroups
    if not cgroups:
        thread.container_id = b""
        return 0
    found = state.container_ids.get(cgroups)
    if found is None:
        engine, found = find_container(cgroups, state.sysdig)
        if len(state.container_ids) >= MAX_SEARCHED:
            state.container_ids.clear()
        state.container_ids[cgroups] = found
        if found and found not in state.containers:
            record = bare_record(engine, found, state.sysdig)
            if record is not None:
                if len(state.containers) < MAX_CONTAINERS:
                    state.containers[found] = record
                else:
                    state.count("containers: table full")
    thread.container_id = found
    return 0
