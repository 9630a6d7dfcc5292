"""One parameter of an event as text, with what the state knows of it: `fd=3(<f>/etc/passwd)`, `tid=17(cat)`, `flags=1(O_RDONLY)`.

A parameter has a plain text and may have a resolved one, which stands in brackets behind it. Both dialects print the same way, each from
its own table; where they differ it is said at the place.
"""

from libc.stdint cimport int16_t, int32_t, int64_t, uint16_t, uint32_t, uint64_t, uint8_t
from libc.string cimport memchr, memcmp, memcpy

from firmer.event cimport Event, Span, int_or, span_int, span_text, span_uint
from firmer.events cimport fdtype, services, table
from firmer.events.render cimport (
    Text, fd_char, l4_char, put, put_bytes, put_char, put_flags, put_hex, put_ip, put_names, put_octal, put_printable,
    put_seconds, put_signals, put_signed, put_sockaddr, put_socktuple, put_unsigned, put_word,
)
from firmer.events.render_bytes cimport put_buffer
from firmer.events.render_time cimport WITH_DATE, WITH_NS, local_offset, put_time
from firmer.events.table cimport EventInfo, ParamInfo
from firmer.state.fd cimport FD_ROLE_CLIENT, FD_ROLE_SERVER, Fd
from firmer.state.paths cimport join
from firmer.state.state cimport State
from firmer.state.thread cimport Thread

cdef enum:
    AT_FDCWD = -100

plain = Text()
resolved = Text()


cdef const EventInfo *row_for(int kind, bint sysdig) noexcept:
    """A type's row in the table of a dialect; types that sysdig did not have are told as today."""
    return &table.sysdig_table[kind] if sysdig and kind < table.SYSDIG_TYPES else &table.event_table[kind]


cdef const EventInfo *row_of(Event event, State state) noexcept:
    """The event's row in the table of the dialect."""
    return row_for(event.type if state.sysdig else event.today, state.sysdig)


cdef Span param_of(Event event, State state, int k) noexcept:
    return event.raw(k) if state.sysdig else event.param(k)


cdef int count_of(Event event, State state, const EventInfo *row) noexcept:
    """How many parameters are printed: those of older records may be fewer than the table's, those of newer ones more."""
    cdef int count = <int>event.nparams if state.sysdig else event.param_count()
    return count if count < row.nparams else row.nparams


cdef int put_args(Text out, Event event, State state) except -1:
    """All parameters, `name=value(resolved)`, each followed by a blank; nothing for events that only carry a system call's number."""
    cdef const EventInfo *row = row_of(event, state)
    cdef int k
    if (event.type if state.sysdig else event.today) < 2:
        return 0
    for k in range(count_of(event, state, row)):
        put_word(out, row.params[k].name)
        put_char(out, b"=")
        render(&row.params[k], param_of(event, state, k), event, state)
        put(out, plain.at, plain.size)
        if resolved.size:
            put_char(out, b"(")
            put(out, resolved.at, resolved.size)
            put_char(out, b")")
        put_char(out, b" ")
    return 0


cdef bytes shown(const ParamInfo *info, Span span, Event event, State state):
    """The text that a field gives for a parameter: the resolved one where there is one."""
    render(info, span, event, state)
    return resolved.taken() if resolved.size else plain.taken()


cdef int render(const ParamInfo *info, Span span, Event event, State state) except -1:
    """Write a parameter into `plain` and `resolved`."""
    cdef uint8_t type = info.type, format = info.format, choice
    plain.size = 0
    resolved.size = 0
    if type == table.PT_DYN and span.size:
        choice = span.at[0]
        if choice >= info.alternatives:
            return put(plain, b"<NA>", 4)
        type = info.dynamic[choice].type
        format = info.dynamic[choice].format
        span.at += 1
        span.size -= 1
    if span.size == 0:
        return absent(type, state.sysdig)
    if type >= table.PT_CHARBUF:
        return wide(info, type, span, event, state)
    return number(info, type, format, span, event, state)


cdef int absent(int type, bint sysdig) except -1:
    """A parameter without a value. sysdig has this for texts and bytes only; for numbers it prints what lies behind them."""
    if sysdig and (type == table.PT_BYTEBUF or type == table.PT_FDLIST):
        return 0
    if (
        type == table.PT_BYTEBUF or type == table.PT_SOCKTUPLE or type == table.PT_FDLIST or type == table.PT_CHARBUFARRAY
        or type == table.PT_CHARBUF_PAIR_ARRAY or type == table.PT_DYN or (sysdig and type == table.PT_SOCKADDR)
    ):
        return put(plain, b"NULL", 4)
    return put(plain, b"<NA>", 4)


cdef int number(const ParamInfo *info, int type, int format, Span span, Event event, State state) except -1:
    cdef uint64_t value
    cdef int64_t signed
    cdef const char *name
    if not span_uint(span, &value):
        if type == table.PT_IPV6ADDR:
            return put_ip(plain, span.at, span.size)
        return put(plain, b"<NA>", 4)
    signed = int_or(span, 0)
    if type == table.PT_FD or type == table.PT_FD32:
        # some records keep a descriptor as 32 bits without sign
        return descriptor(<int64_t>value if type == table.PT_FD else signed, state)
    if type == table.PT_PID or type == table.PT_PID32:
        return process(signed, state)
    if type == table.PT_ERRNO:
        # today's form tells a result as decimal even where it is an address
        put_number(signed, value, format if state.sysdig else table.PF_DEC, span.size, True)
        if signed < 0:
            name = table.value_name(table.errno_names, -<uint64_t>signed)
            if name != NULL:
                put_word(resolved, name)
        return 0
    if type == table.PT_UID or type == table.PT_GID:
        return account(value, type == table.PT_UID, state)
    if type == table.PT_SYSCALLID:
        put_unsigned(plain, value)
        name = table.syscall_name(value, state.sysdig)
        if name != NULL:
            put_word(resolved, name)
        return 0
    if type == table.PT_SIGTYPE:
        put_unsigned(plain, value)
        name = table.value_name(table.signal_names, value)
        if name != NULL:
            put_word(resolved, name)
        return 0
    if type == table.PT_SIGSET:
        put_signals(plain, value)
        return 0
    if table.PT_FLAGS8 <= type <= table.PT_MODE:
        return flags(info, type, format, value)
    if type == table.PT_RELTIME:
        put_unsigned(plain, value)
        if value == <uint64_t>-1:
            return put(resolved, b"none", 4)
        put_seconds(resolved, value)
        return put_char(resolved, b"s")
    if type == table.PT_ABSTIME:
        return put_time(plain, value, local_offset(), WITH_DATE | WITH_NS)
    if type == table.PT_IPV4ADDR:
        return put_ip(plain, span.at, span.size)
    return put_number(signed, value, format, span.size, table.PT_INT8 <= type <= table.PT_INT64 or type == table.PT_UINT64)


cdef int put_number(int64_t signed, uint64_t value, int format, Py_ssize_t width, bint with_sign) except -1:
    if format == table.PF_HEX:
        return put_hex(plain, value, True)
    if format == table.PF_OCT:
        return put_octal(plain, value)
    return put_signed(plain, signed) if with_sign else put_unsigned(plain, value)


cdef int flags(const ParamInfo *info, int type, int format, uint64_t value) except -1:
    if type == table.PT_MODE and format == table.PF_OCT:
        put_octal(plain, value)
    else:
        put_unsigned(plain, value)
    if table.PT_ENUMFLAGS8 <= type <= table.PT_ENUMFLAGS32:
        return put_names(resolved, info.values, value)
    return put_flags(resolved, info.values, value)


cdef int descriptor(int64_t number, State state) except -1:
    cdef Fd fd
    cdef const char *name
    put_signed(plain, number)
    if number < 0:
        if number == AT_FDCWD:
            return put(resolved, b"AT_FDCWD", 8)
        name = table.value_name(table.errno_names, -<uint64_t>number)
        return 0 if name == NULL else put_word(resolved, name)
    fd = state.fd_of(state.thread, number) if state.thread is not None else None
    if fd is None:
        return 0
    put_char(resolved, b"<")
    put_char(resolved, fd_char(fd.type, state.sysdig))
    if fdtype.FD_IPV4 <= fd.type <= fdtype.FD_IPV6_SERVER and (
        fd.flags & (FD_ROLE_CLIENT | FD_ROLE_SERVER) or fd.l4proto == fdtype.L4_RAW
    ):
        if l4_char(fd.l4proto):
            put_char(resolved, l4_char(fd.l4proto))
    put_char(resolved, b">")
    if state.sysdig:
        return put_printable(resolved, <const unsigned char *><const char *>fd.name, len(fd.name))
    return put_bytes(resolved, fd.name)


cdef int process(int64_t tid, State state) except -1:
    cdef Thread thread
    put_signed(plain, tid)
    if tid >= 0:
        thread = state.get(tid)
        if thread is not None and len(thread.comm):
            put_bytes(resolved, thread.comm)
    return 0


cdef int account(uint64_t id, bint user, State state) except -1:
    cdef bytes container = b""
    if id == 0xFFFFFFFF:
        put(plain, b"-1", 2)
        return put(resolved, b"<NONE>", 6)
    put_unsigned(plain, id)
    if not state.sysdig and state.thread is not None:
        # a container has users of its own; sysdig knows the host's only
        container = state.thread.container_id
    entry = state.accounts.user(id, container) if user else state.accounts.group(id, container)
    if entry is None:
        return put(resolved, b"<NA>", 4)
    name = <bytes>entry.name
    return put_printable(resolved, <const unsigned char *><const char *>name, len(name))


cdef int wide(const ParamInfo *info, int type, Span span, Event event, State state) except -1:
    """Texts, bytes, addresses and lists."""
    if type == table.PT_CHARBUF:
        return put(plain, span.at, text_length(span))
    if type == table.PT_FSPATH or type == table.PT_FSRELPATH:
        return path(info, type, span, event, state)
    if type == table.PT_BYTEBUF:
        return put_buffer(plain, span.at, span.size, state.sysdig)
    if services.resolving:
        # a socket that has met no address yet is of no protocol, as sysdig sees it
        services.transport = state.fd.l4proto if state.fd is not None and len(state.fd.name) else 0
    if type == table.PT_SOCKADDR:
        return put_sockaddr(plain, span, state.sysdig)
    if type == table.PT_SOCKTUPLE:
        return put_socktuple(plain, span, state.sysdig)
    if type == table.PT_FDLIST:
        return poll_list(span, state)
    if type == table.PT_CHARBUFARRAY:
        return joined(span)
    return put(plain, b"(n.a.)", 6)


cdef Py_ssize_t text_length(Span span) noexcept:
    cdef const void *end = memchr(span.at, 0, span.size)
    return span.size if end == NULL else <const unsigned char *>end - span.at


cdef int path(const ParamInfo *info, int type, Span span, Event event, State state) except -1:
    """A path as it was passed; the path that it stands for is resolved when it is relative."""
    cdef Py_ssize_t size = text_length(span)
    cdef bytes base
    cdef int64_t dirfd
    if state.sysdig:
        put_printable(plain, span.at, size)
    else:
        put(plain, span.at, size)
    if state.thread is None or (size and span.at[0] == 47) or (size >= 4 and memcmp(span.at, b"<NA>", 4) == 0):
        return 0
    base = None
    if type == table.PT_FSRELPATH and info.dirfd >= 0:
        if row_of(event, state).params[info.dirfd].type == table.PT_FD and span_int(param_of(event, state, info.dirfd), &dirfd):
            base = state.dir_of(state.thread, dirfd)
            if base is None:
                base = b""
    if base is None:
        base = state.cwd_of(state.thread)
    return put_bytes(resolved, join(base, (<const char *>span.at)[:size], state.sysdig) if size else base)


cdef int poll_list(Span span, State state) except -1:
    """The descriptors of a poll: `4:e1 7:i0`, each with its kind and its event bits."""
    cdef uint16_t count, k
    cdef int64_t number
    cdef int16_t bits
    cdef Fd fd
    if span.size < 2:
        return 0
    memcpy(&count, span.at, 2)
    for k in range(count):
        if span.size < 2 + 10 * (<Py_ssize_t>k + 1):
            return 0
        memcpy(&number, span.at + 2 + 10 * k, 8)
        memcpy(&bits, span.at + 10 + 10 * k, 2)
        if k:
            put_char(plain, b" ")
        put_unsigned(plain, <uint64_t>number)  # as both print an entry that poll is to pass over, -1
        put_char(plain, b":")
        fd = state.fd_of(state.thread, number) if state.thread is not None else None
        put_char(plain, b"?" if fd is None else fd_char(fd.type, state.sysdig))
        put_hex(plain, <uint32_t><int32_t>bits, False)
    return 0


cdef int joined(Span span) except -1:
    """NUL-terminated texts back to back, joined with dots."""
    cdef Py_ssize_t k, size = span.size - 1 if span.at[span.size - 1] == 0 else span.size
    for k in range(size):
        put_char(plain, 46 if span.at[k] == 0 else span.at[k])
    return 0
