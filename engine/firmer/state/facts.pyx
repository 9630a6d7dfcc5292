"""What the state has to know of an event type before it looks at the event: one byte a type, for each dialect."""

from libc.stdint cimport uint8_t

from firmer.event cimport EVENT_TYPES, MAX_PARAMS, VERDICT_PASS, VERDICT_STORE_PASS, Fold
from firmer.events.table cimport EF_SKIPPARSERESET, EF_UNUSED, EF_USES_FD, event_table, fd_param, fold_of, sysdig_table
from firmer.state.catalog cimport needs_enter, reads_enter

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_SCHEDSWITCH_6_E, PPME_PROCEXIT_1_E, PPME_CONTAINER_E, PPME_CONTAINER_JSON_E, PPME_CONTAINER_JSON_2_E, PPME_PLUGINEVENT_E
        PPME_ASYNCEVENT_E, PPME_USER_ADDED_E, PPME_GROUP_DELETED_E, PPME_PROCINFO_E

cdef uint8_t TODAY[EVENT_TYPES]
cdef uint8_t SYSDIG[EVENT_TYPES]
cdef bint learned = False


cdef const uint8_t *today_facts() noexcept:
    """By today's type."""
    return TODAY


cdef const uint8_t *sysdig_facts() noexcept:
    """By the type as stored."""
    return SYSDIG


cdef int learn() except -1:
    """Fill both tables, once; not before all modules of the room are there."""
    global learned
    cdef int kind
    if learned:
        return 0
    for kind in range(EVENT_TYPES):
        learn_type(kind)
    TODAY[PPME_PROCEXIT_1_E] |= NEVER_MADE
    for kind in range(EVENT_TYPES):
        learn_enter(kind)
    learned = True
    return 0


cdef int learn_type(int kind) except -1:
    cdef int facts = 0
    cdef bytes name = event_table[kind].name
    if event_table[kind].flags & EF_SKIPPARSERESET or PPME_USER_ADDED_E <= kind <= PPME_GROUP_DELETED_E or kind in (
        PPME_CONTAINER_E, PPME_CONTAINER_JSON_E, PPME_CONTAINER_JSON_2_E, PPME_PLUGINEVENT_E, PPME_ASYNCEVENT_E
    ):
        facts |= NO_THREAD
    if (kind % 2 and name in (b"clone", b"fork", b"vfork", b"clone3")) or kind == PPME_SCHEDSWITCH_6_E:
        facts |= NEVER_MADE
    if kind % 2 == 0:
        facts |= IS_ENTER
        if kind + 1 < EVENT_TYPES and event_table[kind + 1].name == name and not event_table[kind + 1].flags & EF_UNUSED:
            facts |= HAS_EXIT
    if kind not in (PPME_CONTAINER_JSON_E, PPME_CONTAINER_JSON_2_E):
        facts |= RELATIVE_ZERO
    # what only tells the state at the start does not begin the capture for Falco; sysdig excepts containers only, and what it does not know
    if kind == PPME_ASYNCEVENT_E or PPME_USER_ADDED_E <= kind <= PPME_GROUP_DELETED_E:
        facts &= ~RELATIVE_ZERO
    SYSDIG[kind] = <uint8_t>(facts | (HAS_FD if sysdig_table[kind].flags & EF_USES_FD else 0))
    if needs_enter(fold_of(kind, event_table[kind].nparams).type):
        SYSDIG[kind] |= NEEDS_ENTER
    if kind in (PPME_PROCINFO_E, PPME_CONTAINER_E):
        facts &= ~RELATIVE_ZERO
    TODAY[kind] = <uint8_t>(facts | (HAS_FD if fd_param[kind] >= 0 else 0))
    return 0


cdef int learn_enter(int kind) except -1:
    """Which enter events a handler reads: those that old exits are folded with, and those that today's libraries still pass on."""
    cdef const Fold *fold
    cdef int count
    for count in range(MAX_PARAMS + 1):
        fold = fold_of(kind, count)
        if fold.enter >= 0 and reads_enter(fold.type):
            TODAY[fold.enter] |= ALWAYS_KEPT
            SYSDIG[fold.enter] |= ALWAYS_KEPT
    fold = fold_of(kind, event_table[kind].nparams)
    if TODAY[kind] & HAS_EXIT and (fold.verdict == VERDICT_PASS or fold.verdict == VERDICT_STORE_PASS) and reads_enter(kind + 1):
        TODAY[kind] |= ALWAYS_KEPT
        SYSDIG[kind] |= ALWAYS_KEPT
    return 0


def facts_of(kind: int, sysdig: bool = False) -> set[str]:
    """Names of what is known of a type."""
    cdef int at = <int>kind % EVENT_TYPES, facts
    learn()
    facts = SYSDIG[at] if sysdig else TODAY[at]
    names = {
        NO_THREAD: "no thread", NEVER_MADE: "never made", IS_ENTER: "enter", HAS_FD: "fd", ALWAYS_KEPT: "kept", HAS_EXIT: "exit",
        NEEDS_ENTER: "needs enter",
    }
    return {name for bit, name in names.items() if facts & bit}
