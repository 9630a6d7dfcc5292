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
cdef dict OF_ROOT = {"name": b"root", "home": b"/root"}


cdef object user_of(State state, Thread thread, uint32_t uid):
    """The user's record; None where there is none. A container has users of its own; sysdig knows the host's only."""
    cdef dict table = state.users
    if thread.container_id and not state.sysdig:
        table = state.accounts.users_of.get(thread.container_id)
    return None if table is None or uid == NOBODY else table.get(uid)


cdef int give_account(Slot slot, State state, uint32_t uid) except -1:
    """What the user's record says. Without one Falco tells what is true of root everywhere, and the text <NA> of everybody else."""
    cdef object user = user_of(state, state.thread, uid)
    if user is not None:
        return give_text(slot, getattr(user, slot.of))
    return 0 if state.sysdig else give_text(slot, OF_ROOT.get(slot.of, UNKNOWN) if uid == 0 else UNKNOWN)


cdef int get_account(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_account(slot, state, state.thread.uid)


cdef int get_login_account(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_account(slot, state, state.thread.loginuid)


cdef int get_uid(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.uid)


cdef int get_loginuid(Slot slot, Event event, State state) except -1:
    if state.thread is None:
        return 0
    return give_num(slot, -1 if state.thread.loginuid == NOBODY else <int64_t>state.thread.loginuid)


FIELDS = (
    declare("user.uid", "UINT32", get_uid, "Id of the user; 4294967295 where it is not known.", {"example": "0"}),
    declare("user.name", "CHARBUF", get_account, "Name of the user; the text <NA> where it is not known.", {"of": "name", "example": "root"}),
    declare("user.homedir", "CHARBUF", get_account, "Home directory of the user.", {"of": "home", "example": "/root"}),
    declare("user.shell", "CHARBUF", get_account, "Login shell of the user.", {"of": "shell", "example": "/bin/bash"}),
    declare(
        "user.loginuid", "INT64", get_loginuid, "Id of the user who logged in, which su and sudo do not change; -1 without login.",
        {"example": "1000", "sysdig_type": "INT32"},
    ),
    declare("user.loginname", "CHARBUF", get_login_account, "Name of the user who logged in.", {"of": "name", "example": "alice"}),
)
