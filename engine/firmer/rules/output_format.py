"""Output texts of rules, taken apart: literal text and places for values. Falco's dialect.

    %proc.name             a field: the longest name that the text begins with; what follows is text again
    %evt.arg.flags  %proc.aname[2]  %toupper(proc.name)
    %len(fd.name)          always <NA>, as in Falco
    %10proc.name           padded with blanks or cut to 10 bytes

A leading `*` is dropped. There is no way to write a percent sign.
"""

from __future__ import annotations

import re

from firmer.errors import BadInput, Problem
from firmer.fields import catalog
from firmer.fields.registry import BadArgument, Field, UnknownField
from firmer.filter.ast import FieldExpr, Transform
from firmer.filter.check import Checker, fields_in
from firmer.filter.parse import parse_operand
from firmer.filter.source import Source
from firmer.filter.transformers import BY_NAME
from firmer.filter.tree import Operand
from firmer.record import record
from firmer.rules.problems import CODES

CALL = re.compile(r"([a-z0-9]+)\(")
BRACKET = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[()]""", re.S)
NOT_PRINTED = frozenset({"val", "join"})
MAX_WIDTH = 4096


@record(frozen=True, slots=True)
class Place:
    """A value in an output text. `fields` are what JSON shows for it: the bare fields, whatever is done to them in the text."""

    operand: Operand
    width: int
    fields: tuple[Operand, ...]

    @property
    def never_shown(self) -> bool:
        """Falco prints a transformer's number as <NA>, always; alerts are compared with its alerts, so we do."""
        return self.operand.transformer is not None and self.operand.transformer.name == "len"


@record(frozen=True, slots=True)
class Layout:
    """An output text: one literal before each place, and one behind the last."""

    literals: tuple[bytes, ...]
    places: tuple[Place, ...]
    problems: tuple[Problem, ...] = ()  # warnings


def parse_layout(source: Source) -> Layout:
    """The layout of an output text; raises BadInput at the first place that cannot be."""
    text = source.text
    literals, places = [""], list[Place]()
    problems: list[Problem] = []
    at = 1 if text.startswith("*") else 0
    while at < len(text):
        percent = text.find("%", at)
        if percent < 0:
            break
        literals[-1] += text[at:percent]
        place, at = read_place(source, percent, problems)
        places.append(place)
        literals.append("")
    literals[-1] += text[at:]
    return Layout(tuple(literal.encode("utf-8", "surrogateescape") for literal in literals), tuple(places), tuple(problems))


def read_place(source: Source, percent: int, problems: list[Problem]) -> tuple[Place, int]:
    """The place whose percent sign stands there, and where the text goes on."""
    text = source.text
    at = percent + 1
    while at < len(text) and text[at] in "0123456789":
        at += 1
    if at == len(text):
        raise trouble("R030", source, percent, at - percent, "an output cannot end with a percent sign", "there is no way to write one")
    width = min(int(text[percent + 1 : at][:9] or 0), MAX_WIDTH)
    call = CALL.match(text, at)
    if call is not None:
        operand, fields, end = read_call(source, percent, at, call[1])
        return Place(operand, width, fields), end
    field, written = read_field(source, percent, at)
    if field.deprecated:
        problems.append(*trouble("R053", source, at, len(written), f"'{field.name}' is deprecated").problems)
    operand = Operand(written, field.type, "", is_field=True)
    return Place(operand, width, (operand,)), at + len(written)


def read_field(source: Source, percent: int, at: int) -> tuple[Field, str]:
    rest = source.text[at:]
    try:
        field, argument, size = catalog.longest_prefix(rest, "falco")
        written = rest[:size]
        field.parsed(written, argument)
    except (UnknownField, BadArgument) as error:
        raise unfit(source, percent, at, error) from error
    return field, written


def unfit(source: Source, percent: int, at: int, error: UnknownField | BadArgument) -> BadInput:
    """What stands at a percent sign and is no field."""
    rest = source.text[at:]
    word = re.match(r"[\w.]*", rest)
    length = 1 + at - percent + len(word[0] if word else "")
    if isinstance(error, UnknownField):
        hint = f"did you mean '%{error.nearest[0]}'?" if error.nearest else ""
        if rest[:1] in {"%", " ", ""}:
            hint = "a percent sign begins a field; there is no way to write it as text"
        return trouble("R031", source, percent, length, f"unknown field '{word[0] if word and word[0] else rest[:1]}'", hint)
    return trouble("R031", source, percent, length, f"'{error.text}' {error.reason}")


def read_call(source: Source, percent: int, at: int, name: str) -> tuple[Operand, tuple[Operand, ...], int]:
    end = call_end(source.text, at)
    if name not in BY_NAME or name in NOT_PRINTED or not end:
        known = ", ".join(sorted(BY_NAME.keys() - NOT_PRINTED))
        what = f"'{name}(' is not closed" if name in BY_NAME and not end else f"'{name}' is no transformer that an output can use"
        raise trouble("R031", source, percent, 1 + len(name), what, known)
    try:
        value = parse_operand(source.text[at:end])
    except BadInput as error:
        raise trouble("R031", source, at, end - at, error.problems[0].text) from error
    checker = Checker(Source(source.text[at:end]), "falco", catalog.find, (), {})
    operand = checker.operand(value)
    if operand is None or not isinstance(value, Transform):
        raise trouble("R031", source, at, end - at, checker.problems[0].text if checker.problems else "no transformer")
    fields = tuple(Operand(expr.text, "", "", is_field=True) for expr in fields_in(value) if isinstance(expr, FieldExpr))
    return operand, fields, end


def call_end(text: str, at: int) -> int:
    """Where the call that begins there ends, with what stands in square brackets behind it; 0 when nothing closes it."""
    depth = 0
    for match in BRACKET.finditer(text, at):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if match[0] == ")" and depth == 0:
            end = match.end()
            close = text.find("]", end) if text[end : end + 1] == "[" and text.startswith("getopt", at) else -1
            return close + 1 if close > 0 else end
    return 0


def trouble(code: str, source: Source, at: int, length: int, text: str, hint: str = "") -> BadInput:
    place, line = source.place(at, length)
    return BadInput([Problem(code, place, text, hint, CODES[code].severity, line)])
