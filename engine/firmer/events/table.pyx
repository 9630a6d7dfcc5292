"""The event table: names, directions, categories, flags and parameters of all event types.

The rows come from `probe/*.json` by way of the generated `tables.h`; nothing here lists an event by hand.
"""

from firmer.event cimport EVENT_TYPES, MAX_PARAMS

cdef extern from "firmer/events/tables.h":
    const EventInfo TODAY[]
    const EventInfo SYSDIG[]
    const int8_t FD_PARAM[]
    const NamedValue ERRNO_NAMES[]
    const NamedValue SIGNAL_NAMES[]
    const Fold FOLDS[]
    const uint16_t FOLD_OF[EVENT_TYPES][MAX_PARAMS + 1]
    const char *const SYSCALL_TODAY[]
    const char *const SYSCALL_SYSDIG[]
    const uint16_t X86_64_CODE[]
    const uint8_t SYSDIG_CATEGORY[]
    const char *const CATEGORY_NAMES[]
    const char *const TYPE_NAMES[]
    const char *const FORMAT_NAMES[]
    const char *const FLAG_NAMES[]

event_table = TODAY
sysdig_table = SYSDIG
fd_param = FD_PARAM
sysdig_categories = SYSDIG_CATEGORY
errno_names = ERRNO_NAMES
signal_names = SIGNAL_NAMES
folds = FOLDS
fold_rows = &FOLD_OF[0][0]


cdef tuple words(const char *const *rows):
    """The names of a table that ends with NULL."""
    cdef Py_ssize_t k = 0
    names = []
    while rows[k] != NULL:
        names.append(rows[k].decode())
        k += 1
    return tuple(names)


CATEGORIES = words(CATEGORY_NAMES)
PARAM_TYPES = words(TYPE_NAMES)          # by the numbers in event_types()
PARAM_FORMATS = words(FORMAT_NAMES)
EVENT_FLAGS = words(FLAG_NAMES)          # by bit
SYSDIG_CODE_LIMIT = SYSDIG_CODES         # sysdig 0.29.3 knows the codes of calls below it


cdef const char *syscall_name(uint64_t code, bint sysdig) noexcept:
    """Name of a generic event's call, as sysdig 0.29.3 or as today's libraries print it; NULL when the code is unknown."""
    if sysdig:
        return SYSCALL_SYSDIG[code] if code < SYSDIG_CODES else NULL
    return SYSCALL_TODAY[code] if code < SYSCALL_CODES else NULL


cdef uint16_t code_of_call(uint64_t number) noexcept:
    """Code of an x86-64 system call number; 0 when there is none."""
    return X86_64_CODE[number] if number < X86_64_CALLS else 0


cdef const char *value_name(const NamedValue *rows, uint64_t value) noexcept:
    """First name of exactly this value in a table; NULL without one."""
    while rows != NULL and rows.name != NULL:
        if rows.value == value:
            return rows.name
        rows += 1
    return NULL


def event_types(sysdig: bool = False) -> list[dict]:
    """One row an event type of today, or of sysdig 0.29.3: id, name, direction, category, flags (bits), parameters as (name, type number, format number).

    `entry` tells the enter events of system calls; `sysdig_params` is how many of the parameters sysdig 0.29.3 knows, None where it
    does not know the type.
    """
    cdef int kind, k
    rows = []
    for kind in range(SYSDIG_TYPES if sysdig else EVENT_TYPES):
        info = &SYSDIG[kind] if sysdig else &TODAY[kind]
        params = [(info.params[k].name.decode(), info.params[k].type, info.params[k].format) for k in range(info.nparams)]
        rows.append(
            {
                "id": kind, "name": info.name.decode(), "dir": "<" if kind % 2 else ">", "category": CATEGORIES[info.category],
                "flags": info.flags, "params": params, "sysdig_params": SYSDIG[kind].nparams if kind < SYSDIG_TYPES else None,
                "entry": kind % 2 == 0 and (info.flags & EF_SYSCALL) != 0,
            }
        )
    return rows


def event_names() -> list[str]:
    """Names of today's event types, by number."""
    cdef int kind
    return [TODAY[kind].name.decode() for kind in range(EVENT_TYPES)]


def syscall_codes() -> dict[str, int]:
    """Names of the system calls that have no event type of their own or may come as generic events, with their codes."""
    cdef int code
    names = {}
    for code in range(SYSCALL_CODES):
        if SYSCALL_TODAY[code] != NULL:
            names.setdefault(SYSCALL_TODAY[code].decode(), code)
    return names


EVENT_KEY_COUNT = EVENT_TYPES + SYSCALL_CODES
NAMED = 2  # who wants events says so in a byte an event key: 0 no, 1 yes, NAMED by its name


def every_key(wanted: bytes) -> bytes | None:
    """The same with all other events, too; None: all, and none by its name."""
    return bytes([max(byte, 1) for byte in wanted]) if NAMED in wanted else None



def sysdig_keys() -> tuple[list, list, list]:
    """By event key, as sysdig 0.29.3 has them: the event's name and its direction, None where events of one key differ; and all names.

    A key goes by today's type, sysdig by the type that was recorded: several of those may have become one today.
    """
    cdef int kind, count, code, today
    names, directions = [()] * EVENT_KEY_COUNT, [()] * EVENT_KEY_COUNT
    known = set()
    for kind in range(2, EVENT_TYPES):
        name = (SYSDIG[kind] if kind < SYSDIG_TYPES else TODAY[kind]).name.decode()
        known.add(name)
        for count in range(MAX_PARAMS + 1):
            today = fold_of(kind, count).type
            if today < 2:
                names[EVENT_TYPES:] = [None] * SYSCALL_CODES
                continue
            names[today] = name if names[today] in ((), name) else None
            directions[today] = "><"[kind % 2] if directions[today] in ((), "><"[kind % 2]) else None
    for code in range(SYSCALL_CODES):
        name = "<unknown>" if syscall_name(code, True) == NULL else syscall_name(code, True).decode()
        known.add(name)
        if names[EVENT_TYPES + code] == () and (code or name == "<unknown>"):
            names[EVENT_TYPES + code] = name
    return [name or None for name in names], [direction or None for direction in directions], sorted(known)


def x86_64_calls() -> dict[int, int]:
    """Codes of the system calls, with their numbers on x86-64."""
    cdef int number
    return {X86_64_CODE[number]: number for number in range(X86_64_CALLS) if X86_64_CODE[number]}
