"""evt.args, evt.arg, evt.rawarg, evt.info, evt.buffer: the parameters of an event."""

from libc.stdint cimport int64_t, int8_t, uint64_t, uint8_t
from libc.string cimport memset, strcmp

from firmer.event cimport EVENT_TYPES, Event, Span, span_bytes, span_int, span_text, span_uint
from firmer.events cimport table
from firmer.events.render cimport Text
from firmer.events.table cimport EventInfo, ParamInfo
from firmer.fields.args cimport param_of, put_args, row_for, row_of, shown
from firmer.fields.registry cimport declare, printed
from firmer.fields.registry import index
from firmer.fields.syslog cimport put_record
from firmer.fields.slot cimport KIND_BUFFER, KIND_SIGNED, KIND_TEXT, KIND_UNSIGNED, PRINT_DECIMAL, PRINT_HEX, PRINT_OCTAL, Slot, give_num, give_text
from firmer.state.state cimport State

cdef enum:
    MAX_TEXTS = 512           # distinct values of flags whose text a slot keeps

cdef Text line = Text()


cdef class ParamIndex:
    """Where each event type keeps a parameter, and the texts of flags seen so far."""
    cdef int8_t at[EVENT_TYPES]
    cdef const ParamInfo *first             # of this name in the table
    cdef dict texts

    cdef int find(self, object wanted, bint sysdig) except -1:
        cdef int kind, k
        cdef const EventInfo *row
        cdef bytes name = wanted if isinstance(wanted, bytes) else b""
        cdef int number = -1 if isinstance(wanted, bytes) else wanted
        self.texts = {}
        self.first = NULL
        memset(self.at, -1, sizeof(self.at))
        for kind in range(EVENT_TYPES):
            row = row_for(kind, sysdig)
            for k in range(row.nparams):
                if k == number or (number < 0 and strcmp(row.params[k].name, name) == 0):
                    self.at[kind] = k
                    if self.first == NULL:
                        self.first = &row.params[k]
                    break
        return 0


cdef int place(Slot slot, Event event, State state) except -2:
    """Slot of the parameter in this event, -1 when its type has none."""
    cdef ParamIndex found
    if slot.memo is None:
        found = ParamIndex()
        # evt.buffer has no argument: it is the parameter called data
        found.find(b"data" if slot.argument is None else slot.argument, state.sysdig)
        slot.memo = found
    return (<ParamIndex>slot.memo).at[event.type if state.sysdig else event.today]


cdef int get_arg(Slot slot, Event event, State state) except -1:
    cdef int k = place(slot, event, state)
    cdef const ParamInfo *info
    cdef Span span
    cdef uint64_t value
    cdef dict texts
    if k < 0:
        return 0
    span = param_of(event, state, k)
    if span.at == NULL:
        return 0
    info = &row_of(event, state).params[k]
    if table.PT_FLAGS8 <= info.type <= table.PT_MODE and span_uint(span, &value):
        # flags have few values and cost a walk over their table
        texts = (<ParamIndex>slot.memo).texts
        key = value << 16 | (event.type if state.sysdig else event.today)
        text = texts.get(key)
        if text is None:
            text = shown(info, span, event, state)
            if len(texts) < MAX_TEXTS:
                texts[key] = text
        slot.obj = text
        return 1
    slot.obj = shown(info, span, event, state)
    return 1


cdef bint is_signed(int type) noexcept:
    return (
        table.PT_INT8 <= type <= table.PT_INT64 or type == table.PT_ERRNO or type == table.PT_FD or type == table.PT_PID
        or type == table.PT_FD32 or type == table.PT_PID32
    )


cdef bint is_text(int type) noexcept:
    return type == table.PT_CHARBUF or type == table.PT_FSPATH or type == table.PT_FSRELPATH


cdef int get_rawarg(Slot slot, Event event, State state) except -1:
    cdef int k = place(slot, event, state)
    cdef const ParamInfo *info
    cdef Span span
    cdef uint64_t value
    cdef int64_t signed
    if k < 0:
        return 0
    span = param_of(event, state, k)
    if span.at == NULL:
        return 0
    info = &row_of(event, state).params[k]
    if slot.output:
        # sysdig takes the type from the first event that has such an argument
        return raw_text(slot, (<ParamIndex>slot.memo).first if state.sysdig else info, span, state)
    if info.type >= table.PT_CHARBUF:
        if is_text(info.type):
            return slot.kind == KIND_TEXT and give_text(slot, span_text(span))
        return slot.kind == KIND_BUFFER and give_text(slot, span_bytes(span))
    if slot.kind != KIND_SIGNED and slot.kind != KIND_UNSIGNED:
        return 0
    if is_signed(info.type):
        return span_int(span, &signed) and give_num(slot, signed)
    return span_uint(span, &value) and give_num(slot, <int64_t>value)


cdef int raw_text(Slot slot, const ParamInfo *info, Span span, State state) except -1:
    """A parameter as it is printed by evt.rawarg. sysdig has no text for what is unsigned or narrow."""
    cdef uint64_t value
    cdef int64_t signed
    if info.type >= table.PT_CHARBUF:
        slot.kind = KIND_TEXT if is_text(info.type) else KIND_BUFFER
        if is_text(info.type):
            return give_text(slot, span_text(span))
        return info.type == table.PT_BYTEBUF and give_text(slot, span_bytes(span))
    if not span_uint(span, &value) or not span_int(span, &signed):
        return 0
    if state.sysdig and (
        table.PT_UINT8 <= info.type <= table.PT_UINT64 or table.PT_INT8 <= info.type <= table.PT_INT32 or info.type == table.PT_RELTIME
    ):
        return 0
    slot.kind = KIND_SIGNED if is_signed(info.type) else KIND_UNSIGNED
    slot.print_format = PRINT_HEX if info.format == table.PF_HEX else PRINT_OCTAL if info.format == table.PF_OCT else PRINT_DECIMAL
    return give_num(slot, signed if is_signed(info.type) else <int64_t>value)


cdef int get_args(Slot slot, Event event, State state) except -1:
    line.size = 0
    put_args(line, event, state)
    if not state.sysdig and line.size:
        # today's line does not end in a blank
        line.size -= 1
    return give_text(slot, line.taken())


cdef int put_plain(Slot slot, Text out, Event event, State state) except -1:
    cdef Py_ssize_t before = out.size
    put_args(out, event, state)
    if not state.sysdig and out.size > before:
        out.size -= 1
    return 1


cdef int get_info(Slot slot, Event event, State state) except -1:
    """sysdig tells a message to the system log by what it says."""
    line.size = 0
    if not state.sysdig or not put_record(line, event, state):
        return get_args(slot, event, state)
    return give_text(slot, line.taken())


cdef int put_info(Slot slot, Text out, Event event, State state) except -1:
    return 1 if state.sysdig and put_record(out, event, state) else put_plain(slot, out, event, state)


cdef int get_buffer(Slot slot, Event event, State state) except -1:
    """The bytes of the parameter called data."""
    cdef int k = place(slot, event, state)
    cdef const ParamInfo *info
    cdef Span span
    if k < 0:
        return 0
    span = param_of(event, state, k)
    if span.at == NULL:
        return 0
    info = &row_of(event, state).params[k]
    if slot.output and info.type == table.PT_DYN:
        # ptrace calls a number or a word data, too
        return give_text(slot, shown(info, span, event, state))
    return give_text(slot, span_bytes(span))


# Names of parameters, and types, as the argument of evt.arg and evt.rawarg is checked against.

cdef dict type_names = {
    table.PT_INT8: "INT8", table.PT_INT16: "INT16", table.PT_INT32: "INT32", table.PT_INT64: "INT64", table.PT_UINT8: "UINT8",
    table.PT_UINT16: "UINT16", table.PT_UINT32: "UINT32", table.PT_UINT64: "UINT64", table.PT_ERRNO: "INT64", table.PT_FD: "INT64",
    table.PT_PID: "INT64", table.PT_UID: "UINT32", table.PT_GID: "UINT32", table.PT_SYSCALLID: "UINT16", table.PT_SIGTYPE: "UINT8",
    table.PT_SIGSET: "UINT32", table.PT_RELTIME: "RELTIME", table.PT_ABSTIME: "ABSTIME", table.PT_FLAGS8: "UINT8",
    table.PT_FLAGS16: "UINT16", table.PT_FLAGS32: "UINT32", table.PT_ENUMFLAGS8: "UINT8", table.PT_ENUMFLAGS16: "UINT16",
    table.PT_ENUMFLAGS32: "UINT32", table.PT_MODE: "UINT32", table.PT_PORT: "UINT16", table.PT_FD32: "INT32", table.PT_PID32: "INT32",
    table.PT_CHARBUF: "CHARBUF", table.PT_FSPATH: "CHARBUF", table.PT_FSRELPATH: "CHARBUF",
}
cdef dict known = {}          # dialect -> name -> type name of the first parameter called so


cdef dict names_of(str dialect):
    cdef int kind, k
    cdef const EventInfo *row
    names = known.get(dialect)
    if names is None:
        names = {}
        for kind in range(EVENT_TYPES):
            row = row_for(kind, dialect == "sysdig")
            for k in range(row.nparams):
                names.setdefault(row.params[k].name, type_names.get(row.params[k].type, "BYTEBUF"))
        known[dialect] = names
    return names


def _name(text: str) -> bytes:
    name = text.encode("utf-8", "surrogateescape")
    if name not in names_of("falco") and name not in names_of("sysdig"):
        raise ValueError(f"no event has an argument {text}")
    return name


def _name_length(text: str) -> int:
    """Length of the longest argument name that the text begins with; of all its letters when there is none, for the message."""
    size = 0
    while size < len(text) and (text[size].isalnum() or text[size] == "_"):
        size += 1
    for length in range(size, 0, -1):
        name = text[:length].encode("utf-8", "surrogateescape")
        if name in names_of("falco") or name in names_of("sysdig"):
            return length
    return size


def _raw_type(argument: bytes, dialect: str) -> str:
    return names_of(dialect).get(argument, "UINT64")


FIELDS = (
    printed(declare("evt.args", "CHARBUF", get_args, "All arguments of the call as name=value.", {"example": "fd=3(<f>/etc/passwd) size=4096"}), put_plain),
    printed(
        declare(
            "evt.info", "CHARBUF", get_info, "The same as evt.args; in dig, what a message to the system log says.",
            {"example": "fd=3(<f>/etc/passwd) size=4096"},
        ),
        put_info,
    ),
    declare(
        "evt.arg", "CHARBUF", get_arg, "One argument by name or place, as the word, path or name that stands for it.",
        {"argument": "required", "parse": index, "parse_dotted": _name, "dotted_length": _name_length, "example": "O_RDONLY"},
    ),
    declare(
        "evt.rawarg", "DYNAMIC", get_rawarg, "One argument by name, as the number or text that it is.",
        {
            "argument": "required", "parse_dotted": _name, "dotted_length": _name_length, "type_of": _raw_type, "no_right_hand_side": True,
            "no_transformer": True,
        },
    ),
    declare("evt.buffer", "BYTEBUF", get_buffer, "Bytes that the call read or wrote, the first of them.", {"example": "GET /"}),
)
