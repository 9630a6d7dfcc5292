"""The operators: each declared once, with the reference of what it means.

`run(value, constant)` decides for one value that is there. What happens without a value, with several values, and under a modifier stands
in `reference.py`; the native forms in `question.pyx` are tested against both.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from firmer.filter.patterns import compiled_regex, glob_matches, path_matches, valid_utf8
from firmer.record import record

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import Any

NUMBER = frozenset({"signed", "unsigned", "port", "double"})
ADDRESS = frozenset({"ip", "net"})
TEXT = frozenset({"text"})
BYTES = frozenset({"text", "buffer"})
EVERY = NUMBER | ADDRESS | BYTES | {"bool"}


@record(frozen=True, slots=True, eq=False)
class Operator:
    """One operator.

    right    what stands on its right side: "" (nothing), "one" constant, or "list"
    kinds    kinds of values that it compares
    fields   whether a field may stand on its right side
    modifiers  whether `oneof`, `anyof`, `allof` may follow
    """

    name: str
    help: str
    right: str
    kinds: frozenset[str]
    run: Callable[[Any, Any], bool]
    fields: bool = True
    modifiers: bool = False

    def __repr__(self) -> str:
        return f"<{self.name}>"


def in_net(value: bytes, net: tuple[bytes, int]) -> bool:
    """Whether an address lies in a network; never for the other address family."""
    base, prefix = net
    if len(value) != len(base):
        return False
    shift = len(value) * 8 - prefix
    return int.from_bytes(value, "big") >> shift == int.from_bytes(base, "big") >> shift


def equal(value: Any, constant: Any) -> bool:
    return in_net(value, constant) if isinstance(constant, tuple) else bool(value == constant)


def one_of(value: Any, constants: Any) -> bool:
    return any(equal(value, constant) for constant in constants)


def matches_regex(value: bytes, pattern: bytes) -> bool:
    return compiled_regex(pattern).fullmatch(valid_utf8(value)) is not None


OPERATORS = (
    Operator("exists", "The field has a value; an empty text is one.", "", EVERY, lambda value, _: True),
    Operator("=", "Equal.", "one", EVERY, equal, modifiers=True),
    Operator(
        "!=", "Not equal; false where there is no value.", "one", EVERY, lambda value, constant: not equal(value, constant), modifiers=True
    ),
    Operator("<", "Less; text byte by byte.", "one", NUMBER | TEXT, lambda value, constant: value < constant),
    Operator("<=", "Less or equal.", "one", NUMBER | TEXT, lambda value, constant: value <= constant),
    Operator(">", "Greater.", "one", NUMBER | TEXT, lambda value, constant: value > constant),
    Operator(">=", "Greater or equal.", "one", NUMBER | TEXT, lambda value, constant: value >= constant),
    Operator("in", "Equal to one of the list; a list field: every element is.", "list", EVERY, one_of),
    Operator("intersects", "Equal to one of the list; a list field: an element is.", "list", EVERY, one_of),
    Operator("contains", "Holds the text.", "one", BYTES, lambda value, text: text in value, modifiers=True),
    Operator(
        "icontains",
        "Holds the text, in capitals or small letters.",
        "one",
        TEXT,
        lambda value, text: text.lower() in value.lower(),
        modifiers=True,
    ),
    Operator("startswith", "Begins with the text.", "one", BYTES, lambda value, text: value.startswith(text), modifiers=True),
    Operator("endswith", "Ends with the text.", "one", BYTES, lambda value, text: value.endswith(text), modifiers=True),
    Operator(
        "bcontains",
        "Holds the bytes, written as hexadecimal digits.",
        "one",
        frozenset({"buffer"}),
        lambda value, data: data in value,
        modifiers=True,
    ),
    Operator(
        "bstartswith",
        "Begins with the bytes, written as hexadecimal digits.",
        "one",
        frozenset({"buffer"}),
        lambda value, data: value.startswith(data),
        modifiers=True,
    ),
    Operator("glob", "Fits the pattern: `*`, `?`, `[a-z]`; `*` crosses slashes.", "one", TEXT, glob_matches, modifiers=True),
    Operator(
        "iglob",
        "Fits the pattern, in capitals or small letters.",
        "one",
        TEXT,
        lambda value, pattern: glob_matches(value, pattern, True),
        modifiers=True,
    ),
    Operator("regex", "The whole text fits the regular expression (RE2, POSIX).", "one", TEXT, matches_regex, fields=False, modifiers=True),
    Operator(
        "pmatch",
        "Is one of the paths or lies below it; `*` in a path stands for any part of a component.",
        "list",
        TEXT,
        path_matches,
        fields=False,
    ),
)
BY_NAME = {operator.name: operator for operator in OPERATORS}
ALIASES = {"==": "="}

# How many of a list must fit; an empty list never does.
MODIFIERS: dict[str, Callable[[int, int], bool]] = {
    "oneof": lambda fitting, all_of_them: fitting == 1,
    "anyof": lambda fitting, all_of_them: fitting > 0,
    "allof": lambda fitting, all_of_them: fitting == all_of_them > 0,
}


@lru_cache(1)
def names() -> tuple[str, ...]:
    """All spellings, for hints and completion."""
    return tuple(BY_NAME) + tuple(ALIASES)
