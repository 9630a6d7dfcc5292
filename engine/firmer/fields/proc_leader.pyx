"""proc.sname, proc.vpgid.*, proc.pgid.* and their like: leaders of sessions and process groups, and the login shell."""

from libc.stdint cimport int64_t

from firmer.event cimport Event
from firmer.fields.lineage cimport ancestors, in_pid_namespace
from firmer.fields.registry cimport declare
from firmer.fields.slot cimport Slot, give_num, give_text
from firmer.state.state cimport State
from firmer.state.thread cimport Thread

cdef enum Group:
    SESSION
    GROUP_INSIDE              # process group, by the id that the process sees
    GROUP_ON_HOST


cdef inline int64_t id_of(Thread thread, Group group) noexcept:
    if group == SESSION:
        return thread.sid
    return thread.vpgid if group == GROUP_INSIDE else thread.pgid


cdef Thread leader_of(State state, Thread thread, Group group):
    """Whoever has that id, else the eldest of the unbroken row of ancestors in the same group.

    Inside of a pid namespace the id says nothing about the host's threads, and the row is all there is.
    """
    cdef int64_t number = id_of(thread, group)
    cdef Thread leader = None
    cdef Thread up
    if number == -1:
        return None
    if group == GROUP_ON_HOST or not in_pid_namespace(thread):
        leader = state.get(number)
        if leader is not None:
            return leader
    for up in ancestors(state, thread):
        if id_of(up, group) != number:
            break
        leader = up
    return leader


cdef Thread session_leader_sysdig(State state, Thread thread):
    """As above, but sysdig asks for no namespace, and counts the process itself in the row."""
    cdef Thread leader = state.get(thread.sid)
    cdef Thread up
    if leader is not None:
        return leader
    leader = state.main_of(thread)
    for up in ancestors(state, thread):
        if up.sid != thread.sid:
            break
        leader = up
    return leader


cdef int get_of_leader(Slot slot, Event event, State state) except -1:
    cdef Thread leader
    if state.thread is None:
        return 0
    leader = leader_of(state, state.thread, slot.of[0])
    return give_text(slot, b"" if leader is None else getattr(leader, slot.of[1]))


cdef int get_sname_sysdig(Slot slot, Event event, State state) except -1:
    cdef Thread leader = None if state.thread is None else session_leader_sysdig(state, state.thread)
    return 0 if leader is None else give_text(slot, leader.comm)


cdef int get_is_sid_leader(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.sid == state.thread.vpid)


cdef int get_is_vpgid_leader(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.vpgid == state.thread.vpid)


cdef int get_is_pgid_leader(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.pgid == state.thread.pid)


cdef int get_loginshellid(Slot slot, Event event, State state) except -1:
    cdef Thread main = None if state.thread is None else state.main_of(state.thread)
    cdef Thread up
    cdef bint found
    if main is None:
        return 0
    found = main.comm.endswith(b"sh")
    slot.num = main.pid
    for up in ancestors(state, main):
        if up.comm.endswith(b"sh"):
            slot.num = up.pid
            found = True
    return found


cdef dict of(Group group, str attribute, str example):
    return {"of": (group, attribute), "example": example, "dialects": "falco"}


cdef dict new(str example):
    return {"example": example, "dialects": "falco"}


FIELDS = (
    declare(
        "proc.sname", "CHARBUF", get_of_leader, "Name of the session leader's program.",
        of(SESSION, "comm", "bash") | {"dialects": ("falco", "sysdig")}, get_sname_sysdig,
    ),
    declare("proc.sid.exe", "CHARBUF", get_of_leader, "First word of the session leader's command line.", of(SESSION, "exe", "-bash")),
    declare("proc.sid.exepath", "CHARBUF", get_of_leader, "Path of the session leader's executable.", of(SESSION, "exepath", "/usr/bin/bash")),
    declare("proc.vpgid.name", "CHARBUF", get_of_leader, "Name of the leader of the process group proc.vpgid.", of(GROUP_INSIDE, "comm", "bash")),
    declare("proc.vpgid.exe", "CHARBUF", get_of_leader, "First word of that leader's command line.", of(GROUP_INSIDE, "exe", "-bash")),
    declare("proc.vpgid.exepath", "CHARBUF", get_of_leader, "Path of that leader's executable.", of(GROUP_INSIDE, "exepath", "/usr/bin/bash")),
    declare("proc.pgid.name", "CHARBUF", get_of_leader, "Name of the leader of the process group proc.pgid.", of(GROUP_ON_HOST, "comm", "bash")),
    declare("proc.pgid.exe", "CHARBUF", get_of_leader, "First word of that leader's command line.", of(GROUP_ON_HOST, "exe", "-bash")),
    declare("proc.pgid.exepath", "CHARBUF", get_of_leader, "Path of that leader's executable.", of(GROUP_ON_HOST, "exepath", "/usr/bin/bash")),
    declare("proc.is_sid_leader", "BOOL", get_is_sid_leader, "Whether the process leads its session.", new("true")),
    declare("proc.is_vpgid_leader", "BOOL", get_is_vpgid_leader, "Whether the process leads the group proc.vpgid.", new("true")),
    declare("proc.is_pgid_leader", "BOOL", get_is_pgid_leader, "Whether the process leads the group proc.pgid.", new("true")),
    declare(
        "proc.loginshellid", "INT64", get_loginshellid, "Process id of the eldest shell among the process and its ancestors.",
        {"example": "1234"},
    ),
)
