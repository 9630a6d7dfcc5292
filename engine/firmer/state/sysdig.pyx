"""sysdig 0.29.3's dialect: how an event begins, and what is learned of it.

Nothing is dropped, descriptors and much else come from the enter event. What 0.29.3 cannot know (see `State.complete`) is decided here alone.
"""

from libc.stdint cimport uint8_t, uint32_t

from firmer.event cimport VERDICT_PASS, VERDICT_STORE_PASS, Event, Fold, int_or
from firmer.events.table cimport SYSDIG_TYPES, fd_param
from firmer.state.facts cimport HAS_EXIT, HAS_FD, IS_ENTER, NEEDS_ENTER, NEVER_MADE, NO_THREAD, RELATIVE_ZERO, sysdig_facts
from firmer.state.keep cimport hold, release
from firmer.state.state cimport State
from firmer.state.thread cimport Thread

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_SCHEDSWITCH_6_E, PPME_SYSCALL_COPY_FILE_RANGE_X, PPME_CONTAINER_E, PPME_CONTAINER_JSON_E, PPME_CONTAINER_JSON_2_E

cdef const uint8_t *FACTS = sysdig_facts()


cdef bint begin_sysdig(State state, Event event) except -1:
    """Attach thread and descriptor, keep or match enter events."""
    cdef const Fold *fold = event.fold
    cdef Thread thread
    cdef int kind = event.type, facts = FACTS[event.type]
    cdef bint has_fd = facts & HAS_FD
    if kind >= SYSDIG_TYPES and not state.complete:
        state.unknown_types += 1
        state.unnumbered += 1
        return False
    if state.leading:
        # at the head of a further section 0.29.3 takes containers over and forgets that they were events
        state.leading = kind == PPME_CONTAINER_E or kind == PPME_CONTAINER_JSON_E or kind == PPME_CONTAINER_JSON_2_E
        state.unnumbered += state.leading
    if not state.started and facts & RELATIVE_ZERO:
        state.started = True
        state.first_ts = event.ts
    if fold.verdict == VERDICT_PASS or fold.verdict == VERDICT_STORE_PASS:
        state.passed += 1
        event.today_num = state.passed
    state.fd = None
    state.fd_num = -1
    state.old_fd_name = None
    state.races = 0
    state.latency = 0
    state.enter_valid = False
    state.hidden = False
    if facts & NO_THREAD:
        state.thread = state.get(event.tid)
        if kind >= SYSDIG_TYPES:  # users, groups, plugins: they describe, nothing happened
            state.hidden = True
            state.unnumbered += 1
        return True
    thread = state.get(event.tid)
    if thread is None and not facts & NEVER_MADE:
        thread = state.placeholder(event.tid)
    state.thread = thread
    if thread is None:
        return True
    if kind == PPME_SCHEDSWITCH_6_E:
        state.latency = thread.latency
        state.fd_num = thread.last_fd
        return True
    if facts & IS_ENTER:
        thread.last_enter = kind
        thread.enter_ts = event.ts
        thread.latency = 0
        thread.last_fd = int_or(event.raw(0), -1) if has_fd else -1
        if facts & HAS_EXIT:
            hold(state, thread, event)
    else:
        if thread.enter_ts:
            thread.latency = event.ts - thread.enter_ts
        state.latency = thread.latency
        state.enter_valid = thread.last_enter + 1 == <uint32_t>kind
        if state.enter_valid:
            if thread.pending is not None and thread.pending.type + 1 == kind:
                event.enter = thread.pending
            if kind == PPME_SYSCALL_COPY_FILE_RANGE_X:
                thread.last_fd = int_or(event.raw(1), -1)
        else:
            has_fd = False
            if fold.enter < 0 and (facts & NEEDS_ENTER or facts & HAS_FD and fd_param[fold.type] >= 0):
                # all that its enter event would say stands in the exit, where sysdig does not look for it
                state.lone_exits += 1
                if state.complete:
                    has_fd = fd_param[fold.type] >= 0
                    thread.last_fd = int_or(event.param(fd_param[fold.type]), -1)
        release(state, thread)
    if has_fd:
        state.attach(thread, thread.last_fd)
    else:
        state.fd_num = thread.last_fd
    return True


cdef bint misses_enter(State state, Event event) noexcept:
    """Whether an exit that came without its enter event is not to change the state."""
    return FACTS[event.type] & NEEDS_ENTER and (not state.complete or event.fold.enter >= 0)
