"""The type check of sysdig's language: each field, operator and constant is looked at as it is read, so that the first mistake is told.

What sysdig finds wrong only at the first event that has a value (an operator that does not fit the field's type) is told before the first
event here, in the same words.
"""

import re

from firmer.errors import BadInput
from firmer.events.table import event_types as event_rows
from firmer.fields import catalog
from firmer.fields.registry import BadArgument, UnknownField
from firmer.filter import event_types_sysdig as event_types
from firmer.filter.ast import Check, FieldExpr, Literal, Or
from firmer.filter.constants_sysdig import convert
from firmer.filter.operand import Find, field_operand
from firmer.filter.operators import BY_NAME
from firmer.filter.parse_sysdig import Parser
from firmer.filter.problems import problem
from firmer.filter.source import Source
from firmer.filter.tree import Atom, Constant, Operand, Tree

LONGEST = 255  # bytes of a text
ORDER = frozenset({"<", "<=", ">", ">="})
PARTS = frozenset({"contains", "icontains", "startswith", "endswith", "glob"})
ARGUMENT = re.compile(r"(evt\.arg|evt\.rawarg)([.\[])(.*)", re.S)
NEEDS_ARGUMENT = frozenset(
    {
        "evt.arg",
        "evt.rawarg",
        "evt.type.is",
        "evt.around",
        "container.mount",
        "container.mount.source",
        "container.mount.dest",
        "thread.cgroup",
    }
)


class BadOperator(BadInput):
    """An operator that does not fit the field's type, in sysdig's words."""

    def __init__(self, source: Source, check: FieldExpr, text: str) -> None:
        super().__init__([problem("F009", source, check.at, check.length, text)])
        self.args = (text,)


class Typed(Parser):
    """The parser, with everything looked at; `parse` gives a tree of Atoms."""

    def __init__(self, text: str, source: Source, find: Find) -> None:
        super().__init__(text, source)
        self.find = find
        self.operand: Operand
        self.constants: list[Constant] = []

    def field(self, expr: FieldExpr, position: int) -> None:
        if expr.name.count("[") > expr.name.count("]"):
            self.fail(position, unknown(expr))
        try:
            _, self.operand = field_operand(expr.name, "sysdig", self.find)
        except UnknownField:
            self.fail(position, unknown(expr))
        except BadArgument as bad:
            self.fail(position, bad_argument(expr, bad))
        self.constants = []

    def in_word(self, expr: FieldExpr) -> str:
        return "in/pmatch" if self.operand.kind == "text" else "in"

    def comparing(self, expr: FieldExpr, operator: str, position: int) -> None:
        if operator == "pmatch" and self.operand.kind != "text":
            self.fail(position, "pmatch requires all charbuf arguments")
        if operator == "exists":
            self.fit(expr, operator)

    def literal(self, expr: FieldExpr, operator: str, literal: Literal, position: int) -> None:
        operand = self.operand
        if operand.many == "within" and operator not in {"=", "in"}:
            self.fail(position, "evt.around supports only '=' comparison operator")
        if operand.text == "evt.type" and event_types.is_unknown(literal.text.partition("\0")[0]):
            self.fail(position, f"unknown event type {literal.text}")
        if operand.kind in {"text", "buffer"} and len(literal.text.encode("utf-8", "surrogateescape")) > LONGEST:
            self.fail(position, f"filter parameter too long:{literal.text}")
        try:
            self.constants.append(convert(literal.text, operand.type, operand.kind))
        except ValueError as wrong:
            self.fail(position, str(wrong))
        self.fit(expr, operator)

    def fit(self, expr: FieldExpr, operator: str) -> None:
        """Whether the operator can compare such values; sysdig would tell it later."""
        text = misfit(operator, self.operand)
        if text:
            raise BadOperator(self.source, expr, text)

    def made(self, check: Check) -> Tree:
        operator, operand = BY_NAME[check.operator], self.operand
        if check.operator == "exists":
            return Atom(operand, operator, at=check.at, length=check.length)
        if check.operator in {"in", "pmatch"} and operand.many == "within":
            return Or(tuple(Atom(operand, BY_NAME["="], "", constant, None, check.at, check.length) for constant in self.constants))
        constant = frozenset(self.constants) if check.operator in {"in", "pmatch"} else self.constants[0]
        return Atom(operand, operator, "", constant, None, check.at, check.length)


def unknown(expr: FieldExpr) -> str:
    argument = ARGUMENT.fullmatch(expr.name)
    if argument is not None and argument[2] == ".":
        asked = argument[3]
        parameters = {name for row in event_rows() for name, *_ in row["params"]}
        if not asked.startswith(tuple(parameters)):
            return f"unknown event argument {asked}"
    return f"filter error: unrecognized field {expr.name} at pos {expr.at}"


def bad_argument(expr: FieldExpr, bad: BadArgument) -> str:
    name, bracket, inner = expr.name.partition("[")
    if name in NEEDS_ARGUMENT and not bracket:
        return f"filter syntax error: {name}"
    if name == "evt.rawarg":
        return "evt.arg fields must be expressed explicitly"
    if name in {"evt.arg", "evt.around"} and inner.endswith("]"):
        return f"{inner[:-1]} is not a valid number"
    return unknown(expr)


def misfit(operator: str, operand: Operand) -> str:
    """What sysdig says of an operator that does not compare such values; nothing when it does."""
    match operand.kind, operand.many:
        case "port", "either":
            return "filter error: unsupported port comparison operator" if operator in PARTS or operator == "exists" else ""
        case (("ip" | "net"), "either"):
            return "" if operator in {"=", "!=", "in"} else "filter error: IP filter only supports '=' and '!=' operators"
        case (("ip" | "net"), _):
            words = "ipv6 addresses" if operand.kind == "ip" else "ipv6 networks"
            if operator in PARTS:
                return f"'{operator}' not supported for {words}"
            return f"comparison operator not supported for {words}" if operator in ORDER else ""
        case "buffer", _:
            return f"'{operator}' not supported for buffer filters" if operator in ORDER | {"icontains", "glob"} else ""
        case "text", _:
            return ""
    return f"'{operator}' not supported for numeric filters" if operator in PARTS else ""


def check_sysdig(text: str, source: Source | None = None, find: Find = catalog.find) -> Tree:
    """The checked tree of a filter in sysdig's language; raises BadFilter or BadOperator, whose `str` is what sysdig prints."""
    tree: Tree = Typed(text, source or Source(text, "filter"), find).parse()
    return tree
