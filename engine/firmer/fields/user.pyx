"""user.*: on whose behalf the thread acts, and who logged in."""

from libc.stdint cimport int64_t, uint32_t

from firmer.event cimport Event
from firmer.fields.registry cimport declare
from firmer.fields.slot cimport Slot, give_num, give_text
from firmer.state.state cimport State
from firmer.state.thread cimport Thread

cdef enum:
    NOBODY = 0xFFFFFFFF       # an id that is not set

cdef bytes UNKNOWN = b"<NA>"


cdef object user_of(State state, Thread thread, uint32_t uid):
    """The user's record; None where there is none. A container has users of its own; sysdig knows the host's only."""
    cdef dict table = state.users
    if thread.container_id and not state.sysdig:
        table = state.accounts.users_of.get(thread.container_id)
    return None if table is None or uid == NOBODY else table.get(uid)


cdef bytes root_text(uint32_t uid, bytes text):
    """What is true of root everywhere; the text <NA> of everybody else. Falco has no missing value here."""
    return text if uid == 0 else UNKNOWN


cdef int get_uid(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.uid)


cdef int get_name(Slot slot, Event event, State state) except -1:
    cdef object user
    if state.thread is None:
        return 0
    user = user_of(state, state.thread, state.thread.uid)
    if user is None:
        return 0 if state.sysdig else give_text(slot, root_text(state.thread.uid, b"root"))
    return give_text(slot, user.name)


cdef int get_homedir(Slot slot, Event event, State state) except -1:
    cdef object user
    if state.thread is None:
        return 0
    user = user_of(state, state.thread, state.thread.uid)
    if user is None:
        return 0 if state.sysdig else give_text(slot, root_text(state.thread.uid, b"/root"))
    return give_text(slot, user.home)


cdef int get_shell(Slot slot, Event event, State state) except -1:
    cdef object user
    if state.thread is None:
        return 0
    user = user_of(state, state.thread, state.thread.uid)
    if user is None:
        return 0 if state.sysdig else give_text(slot, UNKNOWN)
    return give_text(slot, user.shell)


cdef int get_loginuid(Slot slot, Event event, State state) except -1:
    if state.thread is None:
        return 0
    return give_num(slot, -1 if state.thread.loginuid == NOBODY else <int64_t>state.thread.loginuid)


cdef int get_loginname(Slot slot, Event event, State state) except -1:
    cdef object user
    if state.thread is None:
        return 0
    user = user_of(state, state.thread, state.thread.loginuid)
    if user is None:
        return 0 if state.sysdig else give_text(slot, root_text(state.thread.loginuid, b"root"))
    return give_text(slot, user.name)


FIELDS = (
    declare("user.uid", "UINT32", get_uid, "Id of the user; 4294967295 where it is not known.", {"example": "0"}),
    declare("user.name", "CHARBUF", get_name, "Name of the user; the text <NA> where it is not known.", {"example": "root"}),
    declare("user.homedir", "CHARBUF", get_homedir, "Home directory of the user.", {"example": "/root"}),
    declare("user.shell", "CHARBUF", get_shell, "Login shell of the user.", {"example": "/bin/bash"}),
    declare(
        "user.loginuid", "INT64", get_loginuid, "Id of the user who logged in, which su and sudo do not change; -1 without login.",
        {"example": "1000", "sysdig_type": "INT32"},
    ),
    declare("user.loginname", "CHARBUF", get_loginname, "Name of the user who logged in.", {"example": "alice"}),
)
