"""Enter events for exits that come without one: live events, and captures of today's layout.

sysdig 0.29.3 takes descriptors and arguments of a call from its enter event. One is made, at the time of the exit, with what the exit
knows of its parameters. Nothing else changes: today's readers drop such events or find in them what the exit says itself.
"""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

from firmer.event cimport EVENT_TYPES, MAX_PARAMS, PPME_GENERIC_X, Event, Span, int_or, uint_or
from firmer.events.blocks cimport EVENT_LIMIT, EVENT_V2, EVENT_V2_FLAGS
from firmer.events.decode cimport HEADER_V2
from firmer.events.table cimport SYSDIG_CODES, SYSDIG_TYPES

from firmer.events.table import PARAM_TYPES, event_types

SYSCALL = 1 << 12  # of EVENT_FLAGS
WIDTHS = {
    "INT8": 1, "UINT8": 1, "FLAGS8": 1, "ENUMFLAGS8": 1, "SIGTYPE": 1, "INT16": 2, "UINT16": 2, "FLAGS16": 2, "ENUMFLAGS16": 2,
    "SYSCALLID": 2, "PORT": 2, "INT32": 4, "UINT32": 4, "FLAGS32": 4, "ENUMFLAGS32": 4, "UID": 4, "GID": 4, "MODE": 4, "SIGSET": 4,
    "FD32": 4, "PID32": 4, "INT64": 8, "UINT64": 8, "ERRNO": 8, "FD": 8, "PID": 8, "RELTIME": 8, "ABSTIME": 8,
}  # fmt: skip
CHILDREN = ("clone", "fork", "vfork", "clone3")  # whose exit comes a second time, in the child, with res 0 and without enter event
INSTEAD = {"filename": "trusted_exepath"}  # where an exit leaves a parameter empty: the program of execve as the kernel found it

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_PROCEXIT_1_E

cdef enum:
    MAX_ENTERED = 1 << 18

cdef struct Plan:
    bint made                       # an exit of a system call that has an enter event in sysdig 0.29.3
    bint twice                      # one of CHILDREN
    uint8_t count
    signed char slot[MAX_PARAMS]    # of the exit, where the parameter stands there; -1: nowhere
    signed char instead[MAX_PARAMS] # where its substitute stands
    uint8_t width[MAX_PARAMS]       # bytes of a zero, where the exit does not know it

cdef Plan PLANS[EVENT_TYPES + 1]


cdef int learn() except -1:
    cdef int kind, k
    rows = event_types()
    for kind in range(1, SYSDIG_TYPES, 2):
        row, enter = rows[kind], rows[kind - 1]
        if row["entry"] or not row["flags"] & SYSCALL or enter["sysdig_params"] is None:
            continue
        names = [name for name, _, _ in row["params"]]
        PLANS[kind].made = True
        PLANS[kind].twice = row["name"] in CHILDREN
        PLANS[kind].count = enter["sysdig_params"]
        for k, (name, form, _) in enumerate(enter["params"][: enter["sysdig_params"]]):
            PLANS[kind].slot[k] = names.index(name) if name in names else -1
            PLANS[kind].instead[k] = names.index(INSTEAD[name]) if INSTEAD.get(name) in names else -1
            PLANS[kind].width[k] = WIDTHS.get(PARAM_TYPES[form], 0)
    return 0


learn()


cdef bint reads_past(Event event) noexcept:
    """sysdig 0.29.3 reads past its tables for the code of a system call that it does not know."""
    return event.type <= PPME_GENERIC_X and uint_or(event.raw(0), 0) >= SYSDIG_CODES


cdef Span known(Event event, const Plan *plan, int k) noexcept:
    """What the exit knows of the enter event's parameter; without size: nothing."""
    cdef Span value = event.raw(plan.slot[k]) if plan.slot[k] >= 0 and not (k == 0 and reads_past(event)) else Span(NULL, 0)
    if value.size <= 0 and plan.instead[k] >= 0:
        value = event.raw(plan.instead[k])
    return value


cdef class Enters:
    def __init__(self) -> None:
        self.entered = {}
        self.block = bytearray(EVENT_LIMIT)

    cdef int saw(self, int kind, int64_t tid) except -1:
        if kind == PPME_PROCEXIT_1_E:
            self.entered.pop(tid, None)  # of a call that never returns; the number may be another thread's next
        elif kind & 1 == 0:
            if not PLANS[kind + 1].made:
                return 0  # a switch between threads, a signal: the call goes on
            if len(self.entered) >= MAX_ENTERED:
                self.entered.clear()  # calls that never return; at worst an enter event stands twice
            self.entered[tid] = kind
        elif self.entered and self.entered.get(tid, -1) == kind - 1:
            del self.entered[tid]  # an operation of io_uring may end while its thread is in another call
        return 0

    cdef Py_ssize_t make(self, Event event, uint32_t flags) except -1:
        cdef int kind = event.type, k
        cdef const Plan *plan
        cdef Span value
        cdef Py_ssize_t head = 14 if flags else 10, size, at, total
        cdef unsigned char *block = self.block
        cdef uint32_t number
        cdef uint16_t short
        if kind >= SYSDIG_TYPES or kind & 1 == 0:
            return 0
        plan = &PLANS[kind]
        if not plan.made or (self.entered and self.entered.get(event.tid, -1) == kind - 1) or (plan.twice and int_or(event.raw(0), -1) == 0):
            return 0
        size = HEADER_V2 + 2 * plan.count
        for k in range(plan.count):
            value = known(event, plan, k)
            size += value.size if value.size > 0 else plan.width[k]
        total = (head + size + 4 + 3) & ~3
        if total > EVENT_LIMIT:
            self.left += 1
            return 0
        number = EVENT_V2_FLAGS if flags else EVENT_V2
        memcpy(block, &number, 4)
        number = <uint32_t>total
        memcpy(block + 4, &number, 4)
        short = <uint16_t>event.cpu
        memcpy(block + 8, &short, 2)
        if flags:
            memcpy(block + 10, &flags, 4)
        block += head
        memcpy(block, &event.ts, 8)
        memcpy(block + 8, &event.tid, 8)
        number = <uint32_t>size
        memcpy(block + 16, &number, 4)
        short = <uint16_t>(kind - 1)
        memcpy(block + 20, &short, 2)
        number = plan.count
        memcpy(block + 22, &number, 4)
        at = HEADER_V2 + 2 * plan.count
        for k in range(plan.count):
            value = known(event, plan, k)
            short = <uint16_t>(value.size if value.size > 0 else plan.width[k])
            memcpy(block + HEADER_V2 + 2 * k, &short, 2)
            if value.size > 0:
                memcpy(block + at, value.at, short)
            else:
                memset(block + at, 0, short)
            at += short
        memset(block + at, 0, total - head - at)
        number = <uint32_t>total
        memcpy(block + total - head - 4, &number, 4)
        self.added += 1
        return total
