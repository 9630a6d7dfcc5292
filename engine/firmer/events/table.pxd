"""The event table as C sees it. Rows are static: pointers stay valid."""

from libc.stdint cimport int8_t, uint16_t, uint32_t, uint64_t, uint8_t

from firmer.event cimport MAX_PARAMS, Fold

cdef extern from "firmer/events/tables.h":
    enum:
        EC_UNKNOWN, EC_OTHER, EC_FILE, EC_NET, EC_IPC, EC_MEMORY, EC_PROCESS, EC_SLEEP, EC_SYSTEM, EC_SIGNAL, EC_USER, EC_TIME
        EC_IO_READ, EC_IO_WRITE, EC_IO_OTHER, EC_WAIT, EC_SCHEDULER, EC_INTERNAL
    enum:
        PT_NONE, PT_INT8, PT_INT16, PT_INT32, PT_INT64, PT_UINT8, PT_UINT16, PT_UINT32, PT_UINT64, PT_ERRNO, PT_FD, PT_PID, PT_UID, PT_GID
        PT_SYSCALLID, PT_SIGTYPE, PT_SIGSET, PT_RELTIME, PT_ABSTIME, PT_FLAGS8, PT_FLAGS16, PT_FLAGS32, PT_ENUMFLAGS8, PT_ENUMFLAGS16
        PT_ENUMFLAGS32, PT_MODE, PT_PORT, PT_IPV4ADDR, PT_IPV6ADDR, PT_FD32, PT_PID32, PT_CHARBUF, PT_FSPATH, PT_FSRELPATH, PT_BYTEBUF
        PT_CHARBUFARRAY, PT_CHARBUF_PAIR_ARRAY, PT_SOCKADDR, PT_SOCKTUPLE, PT_FDLIST, PT_DYN
    enum:
        PF_NA, PF_DEC, PF_HEX, PF_OCT
    enum:
        EF_USES_FD, EF_CREATES_FD, EF_DESTROYS_FD, EF_MODIFIES_STATE, EF_READS_FROM_FD, EF_WRITES_TO_FD, EF_WAITS, EF_SKIPPARSERESET
        EF_UNUSED, EF_OLD_VERSION, EF_LARGE_PAYLOAD, EF_CONVERTER_MANAGED, EF_SYSCALL
    enum: SYSDIG_TYPES
    enum: SYSCALL_CODES
    enum: SYSDIG_CODES
    enum: X86_64_CALLS
    ctypedef struct NamedValue:
        const char *name
        uint64_t value
    ctypedef struct Alternative:
        uint8_t type
        uint8_t format
    ctypedef struct ParamInfo:
        const char *name
        uint8_t type
        uint8_t format
        int8_t dirfd
        const NamedValue *values
        const Alternative *dynamic
        uint8_t alternatives
    ctypedef struct EventInfo:
        const char *name
        uint8_t category
        uint32_t flags
        uint8_t nparams
        const ParamInfo *params


# Rows by event type. `sysdig_table` is sysdig 0.29.3's view (types from SYSDIG_TYPES on are today's there, too).
cdef const EventInfo *event_table
cdef const EventInfo *sysdig_table
cdef const int8_t *fd_param                 # slot of today's form that holds the event's descriptor, -1: none
cdef const uint8_t *sysdig_categories       # of generic events, by their code, below SYSDIG_CODES; today they are all EC_OTHER
cdef const NamedValue *errno_names
cdef const NamedValue *signal_names

cdef const Fold *folds
cdef const uint16_t *fold_rows              # index into `folds` by type and parameter count


cdef inline const Fold *fold_of(uint16_t type, uint32_t nparams) noexcept:
    """How an event of this type and parameter count reads in today's form. `type` must be below EVENT_TYPES."""
    return &folds[fold_rows[<uint32_t>type * (MAX_PARAMS + 1) + (nparams if nparams < MAX_PARAMS else MAX_PARAMS)]]


cdef const char *syscall_name(uint64_t code, bint sysdig) noexcept
cdef uint16_t code_of_call(uint64_t number) noexcept
cdef const char *value_name(const NamedValue *rows, uint64_t value) noexcept
