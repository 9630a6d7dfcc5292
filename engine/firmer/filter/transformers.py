"""The transformers: each declared once, with the reference of what it does.

`shape` tells from the arguments' kinds what comes out, or what is wrong with them (TypeError); `run` gets the arguments'
values, which are all there (a missing one makes the result missing before it comes to that), and the call itself.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable

from firmer.filter.tree import Operand
from firmer.record import record

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import Any

Shape = tuple[str, str, str]  # type, kind, many

NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


@record(frozen=True, slots=True, eq=False)
class Transformer:
    """One transformer. `least` and `most` count its arguments; `argued`: brackets may stand behind it."""

    name: str
    help: str
    example: str
    least: int
    most: int
    shape: Callable[[tuple[Operand, ...], str | None], Shape]
    run: Callable[[list[Any], Operand], Any]
    argued: bool = False

    def __repr__(self) -> str:
        return f"<{self.name}()>"


def takes(kinds: str, name: str) -> Callable[[tuple[Operand, ...], str | None], Shape]:
    """Shape of a transformer of one field that keeps its type."""

    def shape(args: tuple[Operand, ...], _: str | None) -> Shape:
        (arg,) = args
        _not_constant(arg, name)
        if arg.kind not in kinds.split():
            raise TypeError(f"'{name}' does not work on '{arg.text}', which has the type {arg.type}")
        return arg.type, arg.kind, arg.many

    return shape


def _not_constant(arg: Operand, name: str) -> None:
    if arg.constant is not None or arg.is_row:
        raise TypeError(f"'{name}' needs a field or a transformer in its brackets")


def _text(arg: Operand, name: str) -> None:
    if arg.kind != "text" or arg.many != "one":
        raise TypeError(f"'{name}' joins texts, and '{arg.text}' is none")


def shape_len(args: tuple[Operand, ...], _: str | None) -> Shape:
    (arg,) = args
    _not_constant(arg, "len")
    if arg.kind not in {"text", "buffer"} and arg.many == "one":
        raise TypeError(f"'len' does not work on '{arg.text}', which has the type {arg.type}")
    return "UINT64", "unsigned", "one"


def shape_concat(args: tuple[Operand, ...], _: str | None) -> Shape:
    for arg in args:
        _text(arg, "concat")
    return "CHARBUF", "text", "one"


def _row(arg: Operand, name: str, place: str) -> None:
    if arg.many != "list":
        raise TypeError(f"'{name}' needs a list as its {place} argument: (a, b)")
    for item in arg.args if arg.is_row else ():
        _text(item, name)


def shape_join(args: tuple[Operand, ...], _: str | None) -> Shape:
    _text(args[0], "join")
    _row(args[1], "join", "second")
    return "CHARBUF", "text", "one"


def shape_getopt(args: tuple[Operand, ...], argument: str | None) -> Shape:
    _row(args[0], "getopt", "first")
    _text(args[1], "getopt")
    if argument is None:
        return "CHARBUF", "text", "list"
    if len(argument) != 1:
        raise TypeError("the brackets behind 'getopt' hold the letter of one option")
    return "CHARBUF", "text", "one"


def lower(value: Any) -> Any:
    return [item.lower() for item in value] if isinstance(value, list) else value.lower()


def upper(value: Any) -> Any:
    return [item.upper() for item in value] if isinstance(value, list) else value.upper()


def decode_base64(value: bytes) -> bytes | None:
    """The decoded bytes; padding may lack; None when it is no base64. Bits that are left over at the end must be zero, as for Falco."""
    bare = value.rstrip(b"=")
    if len(value) - len(bare) > 2 or len(bare) % 4 == 1 or NOT_BASE64.search(bare):
        return None
    try:
        decoded = base64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True)
    except binascii.Error:
        return None
    return decoded if base64.b64encode(decoded).rstrip(b"=") == bare else None


def length(value: Any, kind: str) -> int:
    """Elements of a list, bytes of a buffer, bytes of a text up to its zero byte."""
    if isinstance(value, list) or kind == "buffer":
        return len(value)
    return len(value.partition(b"\0")[0])


def options(words: list[bytes], letters: bytes, wanted: bytes | None) -> Any:
    """What a command line's options are, by the rules of getopt(3) without reordering.

    wanted  None: a row of letters and values in their order, `?` for a letter that is unknown or lacks its value; else the value of that option (the
            last one of several; empty for an option that takes none), None when it is not there
    """
    found: list[tuple[bytes, bytes | None]] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if len(word) < 2 or word[:1] != b"-" or word == b"--":
            break
        place = 1
        while place < len(word):
            letter = word[place : place + 1]
            place += 1
            spot = letters.find(letter) if letter != b":" else -1
            if spot < 0:
                found.append((b"?", None))
                continue
            if letters[spot + 1 : spot + 2] != b":":
                found.append((letter, None))
                continue
            if place < len(word):
                found.append((letter, word[place:]))
            elif at < len(words):
                found.append((letter, words[at]))
                at += 1
            else:
                found.append((b"?", None))
            break
    if wanted is None:
        return [part for letter, value in found for part in (letter, value) if part is not None]
    values = [value or b"" for letter, value in found if letter == wanted]
    return values[-1] if values else None


def letter_of(call: Operand) -> bytes | None:
    """The option in the brackets behind a call."""
    return None if call.argument is None else call.argument.encode("utf-8", "surrogateescape")


TRANSFORMERS = (
    Transformer("tolower", "The text in small letters.", "tolower(proc.name)", 1, 1, takes("text", "tolower"), lambda args, _: lower(args[0])),
    Transformer("toupper", "The text in capitals.", "toupper(proc.name)", 1, 1, takes("text", "toupper"), lambda args, _: upper(args[0])),
    Transformer(
        "b64", "What the text encodes in base64; no value when it is no base64.", "b64(evt.buffer)", 1, 1, takes("text buffer", "b64"),
        lambda args, _: decode_base64(args[0]),
    ),
    Transformer(
        "basename", "The part behind the last slash.", "basename(proc.exepath)", 1, 1, takes("text", "basename"),
        lambda args, _: args[0].rpartition(b"/")[2],
    ),
    Transformer(
        "len", "Length of a text, of bytes, of a list.", "len(proc.cmdline)", 1, 1, shape_len,
        lambda args, call: length(args[0], call.args[0].kind),
    ),
    Transformer("concat", "The texts one behind the other.", 'concat(proc.cwd, "/", proc.name)', 2, 64, shape_concat, lambda args, _: b"".join(args)),
    Transformer(
        "join", "The texts of a list with a separator between.", 'join("-", (proc.name, proc.pname))', 2, 2, shape_join,
        lambda args, _: args[0].join(args[1]),
    ),
    Transformer(
        "getopt", "The options of a command line as letters and values; with a letter in brackets behind it the value of that option.",
        'getopt((proc.args[0], proc.args[1]), "ab:")[b]', 2, 2, shape_getopt,
        lambda args, call: options(args[0], args[1], letter_of(call)), argued=True,
    ),
    Transformer(
        "val", "The field's value, on the right side of an operator.", "val(proc.pname)", 1, 1,
        lambda args, _: (args[0].type, args[0].kind, args[0].many), lambda args, _: args[0],
    ),
)  # fmt: skip
BY_NAME = {transformer.name: transformer for transformer in TRANSFORMERS}
