"""Fields and how they are declared.

A class file defines its getters and ends in one visible tuple of declarations:

    FIELDS = (
        declare("proc.name", "CHARBUF", get_name, "Name of the program, as the kernel keeps it.", {"example": "bash"}),
        declare("proc.aname", "CHARBUF", get_aname, "...", {"argument": "optional", "parse": index, "many": ANY}, get_aname_sysdig),
    )

Options: example, format (dec, hex, oct, pad, time), argument ("optional", "required"), parse (of `[...]`), parse_dotted (of `.…`), dotted_length,
many, kind, type_of, sysdig_type, dialects (one name or a list; both by default), is_list, filter_only, no_right_hand_side, no_transformer,
hidden, deprecated, retired, spelled, measures. An option that nobody knows is an error. The last argument is the getter of the sysdig dialect where it differs.
"""

import re

from firmer.errors import FirmerError
from firmer.fields.slot cimport (
    ANY, EITHER, KIND_BOOL, KIND_BUFFER, KIND_DOUBLE, KIND_IP, KIND_NET, KIND_PORT, KIND_SIGNED, KIND_TEXT, KIND_UNSIGNED, LIST, ONE,
    PRINT_DECIMAL, PRINT_HEX, PRINT_OCTAL, PRINT_PADDED, PRINT_TIME, Getter, Putter, Slot,
)

DIALECTS = ("falco", "sysdig")
KINDS = {
    "CHARBUF": KIND_TEXT, "FSPATH": KIND_TEXT, "BYTEBUF": KIND_BUFFER, "BOOL": KIND_BOOL, "IPADDR": KIND_IP, "IPNET": KIND_NET,
    "PORT": KIND_PORT, "DOUBLE": KIND_DOUBLE, "RELTIME": KIND_UNSIGNED, "ABSTIME": KIND_UNSIGNED,
    "INT8": KIND_SIGNED, "INT16": KIND_SIGNED, "INT32": KIND_SIGNED, "INT64": KIND_SIGNED,
    "DYNAMIC": KIND_UNSIGNED, "UINT8": KIND_UNSIGNED, "UINT16": KIND_UNSIGNED, "UINT32": KIND_UNSIGNED, "UINT64": KIND_UNSIGNED,
}
PRINT_FORMATS = {"dec": PRINT_DECIMAL, "hex": PRINT_HEX, "oct": PRINT_OCTAL, "pad": PRINT_PADDED, "time": PRINT_TIME}
OPTIONS = frozenset(
    "example format argument parse parse_dotted dotted_length many kind type_of sysdig_type dialects is_list filter_only"
    " no_right_hand_side no_transformer hidden deprecated retired spelled measures of".split()
)
DOTTED = re.compile(r"[A-Za-z0-9_]+")
# an example for every type, so that a declaration names one only when another says more
EXAMPLES = {
    KIND_TEXT: "text", KIND_BUFFER: "GET", KIND_SIGNED: "1", KIND_UNSIGNED: "1", KIND_BOOL: "true", KIND_IP: "127.0.0.1",
    KIND_NET: "10.0.0.0/8", KIND_PORT: "443", KIND_DOUBLE: "50",
}


class UnknownField(FirmerError):
    """No field of that name in this dialect; `nearest` are names that the user may have meant."""

    def __init__(self, text: str, nearest=None) -> None:
        """nearest: gives the names when somebody asks: it takes a while, and most only want to know whether there is such a field."""
        super().__init__(f"there is no field {text}")
        self.text = text
        self._nearest = nearest

    @property
    def nearest(self) -> list:
        return [] if self._nearest is None else self._nearest()


class BadArgument(FirmerError):
    """A field that exists, with an argument that it cannot use, or without one that it needs."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{text}: {reason}")
        self.text = text
        self.reason = reason


def index(text: str) -> int:
    """Argument that is a number, from 0."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValueError("needs a number in the brackets")
    return int(text)


def key(text: str) -> bytes:
    """Argument that is a name."""
    if not text:
        raise ValueError("needs a name")
    return text.encode("utf-8", "surrogateescape")


def index_or_key(text: str) -> int | bytes:
    """Argument that is a number, or else a name or pattern."""
    return index(text) if text.isascii() and text.isdigit() else key(text)


def letters_length(text: str) -> int:
    """How much of the text is an argument behind a dot, where nothing better is known: letters, digits and underscores."""
    match = DOTTED.match(text)
    return match.end() if match else 0


cdef class Field:
    cpdef Slot slot(self, str text, str argument, str dialect, bint output=False):
        """A slot for this field as written in `text`; raises BadArgument."""
        cdef Slot slot = Slot.__new__(Slot)
        cdef str type_name
        if dialect not in self.dialects:
            raise UnknownField(text)
        slot.field = self
        slot.text = text
        slot.sysdig = dialect == "sysdig"
        slot.of = self.of
        slot.output = output
        slot.argument = self.parsed(text, argument)
        slot.getter = self.sysdig_getter if slot.sysdig else self.getter
        slot.putter = self.putter
        type_name = self.sysdig_type if slot.sysdig else self.type
        if self.type_of is not None and output:
            # the getter sets it by what the event holds
            slot.kind = KIND_TEXT
        elif self.type_of is not None:
            type_name = self.type_of(slot.argument, dialect)
            slot.kind = KINDS[type_name]
        elif type_name != self.type:
            slot.kind = KINDS[type_name]
        else:
            slot.kind = self.kind
        slot.print_format = PRINT_FORMATS[self.print_format]
        # what filters try value by value is one text for an output
        slot.many = self.many
        if (self.many == ANY or self.many == EITHER) and (output or argument is not None):
            slot.many = ONE
        return slot

    def parsed(self, text: str, argument: str | None) -> object:
        """What the class's parser makes of the argument; raises BadArgument."""
        if argument is None:
            if self.argument == "required":
                raise BadArgument(text, "needs an argument")
            return None
        dotted = not text.startswith(self.name + "[")
        parse = self.parse_dotted if dotted else self.parse
        if parse is None:
            raise BadArgument(text, "takes no argument" if not self.argument else "does not take its argument this way")
        try:
            return parse(argument)
        except ValueError as problem:
            raise BadArgument(text, str(problem)) from None

    def __repr__(self) -> str:
        return f"<Field {self.name}>"


cdef Field declare(str name, str type, Getter getter, str help, dict options=None, Getter sysdig_getter=NULL):
    """One field. Called while the class files are imported; a mistake in a declaration is an error of ours."""
    cdef Field field = Field.__new__(Field)
    cdef dict given = options if options is not None else {}
    if not given.keys() <= OPTIONS:
        raise TypeError(f"{name}: no such option: {sorted(given.keys() - OPTIONS)}")
    field.name = name
    field.type = type
    field.sysdig_type = given.get("sysdig_type", type)
    field.help = help
    field.kind = given["kind"] if "kind" in given else KINDS[type]
    field.example = given.get("example") or EXAMPLES[field.kind]
    field.print_format = given.get("format", "dec")
    field.argument = given.get("argument", "")
    dialects = given.get("dialects", DIALECTS)
    field.dialects = frozenset((dialects,) if isinstance(dialects, str) else dialects)
    field.many = given.get("many", LIST if given.get("is_list") else ONE)
    field.is_list = field.many == LIST
    field.filter_only = given.get("filter_only", False)
    field.no_right_hand_side = given.get("no_right_hand_side", False)
    field.no_transformer = given.get("no_transformer", False)
    field.hidden = given.get("hidden", False)
    field.deprecated = given.get("deprecated", False)
    field.retired = given.get("retired", False)
    field.spelled = given.get("spelled", False)
    field.measures = given.get("measures", False)
    field.parse_dotted = given.get("parse_dotted")
    field.parse = given.get("parse", index if field.argument and field.parse_dotted is None else None)
    field.dotted_length = given.get("dotted_length", letters_length)
    field.type_of = given.get("type_of")
    field.of = given.get("of")
    field.getter = getter
    field.sysdig_getter = getter if sysdig_getter == NULL else sysdig_getter
    return field


cdef Field printed(Field field, Putter putter):
    """The field, with a function that writes its text straight into a line."""
    field.putter = putter
    return field
