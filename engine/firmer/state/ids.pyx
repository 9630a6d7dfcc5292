"""User and group ids, capabilities, user namespaces; accounts that come and go."""

from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.string cimport memcmp

from firmer.event cimport Event, Span, int_or, span_text, span_uint, uint_or
from firmer.state.state cimport State
from firmer.state.thread cimport CLONE_NEWUSER, Thread

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_SYSCALL_SETUID_X, PPME_SYSCALL_SETGID_X, PPME_USER_ADDED_E, PPME_USER_DELETED_E, PPME_GROUP_ADDED_E, PPME_GROUP_DELETED_E
        PPME_SYSCALL_UNSHARE_X

cdef enum:
    UNCHANGED = 0xFFFFFFFF
    MAX_TOLD = 65536            # accounts whose last event is remembered

# bits 0 to 40: every capability that the kernel knows
cdef uint64_t ALL_CAPABILITIES = (<uint64_t>1 << 41) - 1


cdef bint new_id(State state, Event event, int slot, uint32_t *value):
    """The effective id that the call leaves behind.

    sysdig passes over -1, which means "leave it"; Falco sets the id to it until the next change.
    """
    cdef uint64_t number
    cdef int64_t result = int_or(event.param(0), -1)
    if state.thread is None or result < 0 or (result != 0 and not state.sysdig):
        return False
    if not span_uint(event.param(slot), &number) or (state.sysdig and slot == 2 and number == UNCHANGED):
        return False
    value[0] = <uint32_t>number
    return True


cdef int on_set_uid(State state, Event event) except -1:
    """setuid, setreuid, setresuid."""
    cdef uint32_t value
    if new_id(state, event, 1 if event.fold.type == PPME_SYSCALL_SETUID_X else 2, &value):
        state.thread.uid = value
    return 0


cdef int on_set_gid(State state, Event event) except -1:
    """setgid, setregid, setresgid."""
    cdef uint32_t value
    if new_id(state, event, 1 if event.fold.type == PPME_SYSCALL_SETGID_X else 2, &value):
        state.thread.gid = value
    return 0


cdef int on_capset(State state, Event event) except -1:
    cdef Thread thread = state.thread
    if thread is None or int_or(event.param(0), -1) < 0:
        return 0
    thread.cap_inheritable = uint_or(event.param(1), thread.cap_inheritable)
    thread.cap_permitted = uint_or(event.param(2), thread.cap_permitted)
    thread.cap_effective = uint_or(event.param(3), thread.cap_effective)
    return 0


cdef int on_namespace(State state, Event event) except -1:
    """unshare, setns: all capabilities within a new user namespace."""
    cdef int slot = 1 if event.fold.type == PPME_SYSCALL_UNSHARE_X else 2
    if state.sysdig or state.thread is None or int_or(event.param(0), -1) < 0:
        return 0
    if uint_or(event.param(slot), 0) & CLONE_NEWUSER:
        state.thread.cap_inheritable = state.thread.cap_permitted = state.thread.cap_effective = ALL_CAPABILITIES
    return 0


cdef bint told_before(State state, Event event, bint of_user, uint64_t number) except -1:
    """Whether the last such event of this account said the same: at each start of a capture all accounts are told again."""
    cdef Py_ssize_t size = event.start[event.nparams] - event.start[0]
    cdef const unsigned char *said = event.head + event.start[0]
    cdef object key = number << 1 | of_user
    cdef bytes last = state.told.get(key)
    if last is not None and len(last) == size and memcmp(<const char *>last, said, size) == 0:
        return True
    if len(state.told) < MAX_TOLD:
        state.told[key] = (<const char *>said)[:size]
    else:
        state.told.clear()
    return False


cdef int on_account(State state, Event event) except -1:
    """useradded, userdeleted, groupadded, groupdeleted of the host. On replay Falco takes no names from those of containers."""
    cdef int kind = event.fold.type
    cdef bint of_user = kind == PPME_USER_ADDED_E or kind == PPME_USER_DELETED_E
    cdef uint64_t number
    if not state.with_accounts or not span_uint(event.param(0), &number):
        return 0
    if kind == PPME_USER_DELETED_E or kind == PPME_GROUP_DELETED_E:
        state.told.pop(number << 1 | of_user, None)
    elif told_before(state, event, of_user, number):
        return 0
    container = span_text(event.param(5 if of_user else 2))
    if container:
        return 0
    if of_user:
        if kind == PPME_USER_DELETED_E:
            state.accounts.remove_user(container, number)
        elif not state.accounts.add_user(
            container, number, uint_or(event.param(1), 0), span_text(event.param(2)), span_text(event.param(3)), span_text(event.param(4))
        ):
            state.count("accounts: table full")
        return 0
    if kind == PPME_GROUP_DELETED_E:
        state.accounts.remove_group(container, number)
    elif not state.accounts.add_group(container, number, span_text(event.param(1))):
        state.count("accounts: table full")
    return 0
