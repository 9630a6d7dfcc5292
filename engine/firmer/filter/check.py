"""The type check: a condition as parsed becomes a checked tree, or a row of Problems.

All that can be told before the first event is told here, each with its place: unknown fields and event types, operators and constants
that do not fit the field's type, transformers and modifiers where they cannot stand. The verdict is Falco's; the words are ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from firmer.errors import BadInput, Problem
from firmer.fields import catalog
from firmer.fields.registry import BadArgument, Field, UnknownField
from firmer.filter import event_types, operators, transformers
from firmer.filter.ast import And, Check, Expansion, Expr, FieldExpr, ListLiteral, Literal, Not, Or, Reference, Transform, Value
from firmer.filter.constants import convert, hex_bytes
from firmer.filter.operand import Find, field_operand
from firmer.filter.operators import BY_NAME, Operator
from firmer.filter.patterns import compiled_regex
from firmer.filter.problems import problem
from firmer.filter.source import Source
from firmer.filter.tree import Atom, Constant, Operand, Tree
from firmer.record import record

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import Any

KIND_WORDS = {
    "text": "texts", "buffer": "bytes", "signed": "numbers", "unsigned": "numbers", "bool": "truth values", "ip": "addresses", "net": "networks",
    "port": "ports", "double": "numbers",
}  # fmt: skip
LIST_OPERATORS = frozenset({"in", "intersects", "exists"})
SPECIAL = re.compile(r"[][.*+?{}()|\\^$]")
CALL = re.compile(rf"(?:{'|'.join(transformers.BY_NAME)})\(")
MANY_TYPES = 100
DEEPEST = 500  # levels of a tree, with all its macros; one text alone reaches 300


@record(frozen=True, slots=True)
class Checked:
    """A condition that can be evaluated; `problems` holds its warnings."""

    tree: Tree
    problems: list[Problem]
    dialect: str


@record(frozen=True, slots=True)
class Known:
    """What the check of a macro's body came to, with what it is known by: kept beside it, so that their ids stay theirs."""

    expr: Expansion
    tree: Tree
    problems: list[Problem]
    height: int


Memory = dict[tuple[int, int, str], Known]  # of one dialect and one `find`: by body, source and name


def check(
    expr: Expr,
    source: Source,
    dialect: str = "falco",
    find: Find = catalog.find,
    macros: Iterable[str] = (),
    memory: Memory | None = None,
) -> Checked:
    """The checked tree of a condition whose References have all been replaced; raises BadInput with all errors and warnings.

    find    looks a field up by its text and dialect (tests bring their own fields)
    macros  names that an unknown reference may have meant
    memory  of macros that were checked before, for further conditions with the same ones
    """
    checker = Checker(source, dialect, find, tuple(macros), {} if memory is None else memory)
    tree = checker.tree(expr)
    if any(found.severity == "error" for found in checker.problems):
        raise BadInput(checker.problems)
    if dialect == "falco":
        count = event_types.falco_index(tree).bit_count()
        if not 0 < count <= MANY_TYPES:
            what = "no event type can match" if not count else "it is evaluated for nearly every event"
            checker.problems.append(
                problem("F050", source, expr.at, expr.length, f"{what}", "name the event types it is about: evt.type in (…)")
            )
    return Checked(tree, checker.problems, dialect)


class Checker:
    """Walks one condition and collects what is wrong with it. A part that is wrong becomes `False`; nobody evaluates it."""

    def __init__(self, source: Source, dialect: str, find: Find, macros: tuple[str, ...], memory: Memory) -> None:
        self.memory = memory
        self.deepest = 0  # level so far
        self.source = source
        self.dialect = dialect
        self.find = find
        self.macros = macros
        self.problems: list[Problem] = []
        self.within = ""

    def report(self, code: str, node: Any, text: str, hint: str = "") -> None:
        if self.within:
            text += f" (in macro '{self.within}')"
        self.problems.append(problem(code, self.source, node.at, node.length, text, hint))

    def tree(self, expr: Expr, depth: int = 0) -> Tree:
        # no comprehensions here and in what walks trees later: each would be a frame more of Python's stack, a level
        if depth > self.deepest:
            self.deepest = depth
            if depth > DEEPEST:
                self.report("F003", expr, "macros within macros nest too deep")
                return False
        match expr:
            case And() | Or():
                children: list[Any] = []
                for child in expr.children:
                    children.append(self.tree(child, depth + 1))
                return type(expr)(tuple(children), expr.at, expr.length)
            case Not():
                return Not(self.tree(expr.child, depth + 1), expr.at, expr.length)
            case Expansion():
                # the same wherever the macro stands
                key = id(expr.body), id(expr.source), expr.name
                known = self.memory.get(key)
                if known is not None and depth + known.height <= DEEPEST:
                    self.problems += known.problems
                    self.deepest = max(self.deepest, depth + known.height)
                    return known.tree
                outer = self.source, self.within, self.deepest, len(self.problems)
                self.source, self.within, self.deepest = expr.source, expr.name, depth
                tree = self.tree(expr.body, depth + 1)
                if self.deepest <= DEEPEST:
                    self.memory[key] = Known(expr, tree, self.problems[outer[3] :], self.deepest - depth)
                self.source, self.within = outer[:2]
                self.deepest = max(self.deepest, outer[2])
                return tree
            case Reference():
                near = nearest(expr.name, self.macros)
                self.report("F005", expr, f"unknown macro '{expr.name}'", f"did you mean '{near[0]}'?" if near else "")
                return False
            case Check():
                return self.atom(expr)

    def atom(self, check: Check) -> Tree:
        operator = BY_NAME[check.operator]
        left = self.operand(check.left)
        if left is None or not self.operator_fits(check, operator, left):
            return False
        if isinstance(check.right, (FieldExpr, Transform)):
            return self.compared_fields(check, operator, left, check.right)
        constant: Any = None
        if check.right is not None:
            constant = self.constants(check, operator, left, check.right)
            if constant is None:
                return False
        return Atom(left, operator, check.modifier, constant, None, check.at, check.length)

    def operator_fits(self, check: Check, operator: Operator, left: Operand) -> bool:
        if left.many == "list" and (operator.name not in LIST_OPERATORS or check.modifier):
            self.report(
                "F009", check, f"'{operator.name}' does not compare lists, and '{left.text}' is one", "lists take: in, intersects, exists"
            )
            return False
        if left.many == "within" and (operator.name not in {"=", "exists"} or check.modifier):
            self.report("F009", check, f"'{left.text}' is only compared with '='")
            return False
        if left.kind not in operator.kinds:
            fitting = " ".join(each.name for each in operators.OPERATORS if left.kind in each.kinds)
            self.report(
                "F009", check, f"'{operator.name}' does not compare {KIND_WORDS[left.kind]}, as '{left.text}' has", f"it takes: {fitting}"
            )
            return False
        return True

    # operands

    def operand(self, value: Value) -> Operand | None:
        """The operand of a field or call; None after a report."""
        match value:
            case FieldExpr():
                return self.field(value)
            case Transform():
                return self.call(value)
            case Literal():
                return Operand(shown_literal(value), "CHARBUF", "text", constant=value.text.encode("utf-8", "surrogateescape"))
            case ListLiteral():
                items = [self.operand(item) for item in value.items]
                found = tuple(item for item in items if item is not None)
                if len(found) < len(items):
                    return None
                return Operand(f"({', '.join(item.text for item in found)})", "CHARBUF", "text", "list", args=found)

    def field(self, expr: FieldExpr) -> Operand | None:
        try:
            if self.find is catalog.find:
                field, operand = known_operand(expr.text, self.dialect)
            else:
                field, operand = field_operand(expr.text, self.dialect, self.find)
        except UnknownField as unknown:
            hint = f"did you mean '{unknown.nearest[0]}'?" if unknown.nearest else ""
            self.report("F007", expr, f"unknown field '{expr.text}'", hint)
            return None
        except BadArgument as bad:
            self.report("F008", expr, f"'{expr.text}' {bad.reason}")
            return None
        if field.deprecated:
            self.report("F053", expr, f"'{field.name}' is deprecated")
        return operand

    def call(self, expr: Transform) -> Operand | None:
        transformer = transformers.BY_NAME[expr.name]
        args: list[Operand] = []
        for arg in expr.args:
            operand = self.operand(arg)
            if operand is None or not self.transformable(transformer.name, arg, operand):
                return None
            args.append(operand)
        if not transformer.least <= len(args) <= transformer.most:
            wanted = str(transformer.least) if transformer.least == transformer.most else f"at least {transformer.least}"
            self.report(
                "F013",
                expr,
                f"'{expr.name}' takes {wanted} argument{'s' if transformer.least > 1 else ''}, not {len(args)}",
                transformer.example,
            )
            return None
        if expr.argument is not None and not transformer.argued:
            self.report("F013", expr, f"'{expr.name}' takes nothing in brackets behind it")
            return None
        try:
            type, kind, many = transformer.shape(tuple(args), expr.argument)
        except TypeError as wrong:
            self.report("F013", expr, str(wrong), transformer.example)
            return None
        text = f"{expr.name}({', '.join(arg.text for arg in args)})" + (f"[{expr.argument}]" if expr.argument is not None else "")
        return Operand(text, type, kind, many, transformer, tuple(args), expr.argument)

    def transformable(self, name: str, expr: Value, operand: Operand) -> bool:
        """Whether a transformer may work on this; a field inside of a row counts like one alone."""
        if isinstance(expr, ListLiteral):
            return all(self.transformable(name, item, arg) for item, arg in zip(expr.items, operand.args, strict=True))
        if not isinstance(expr, FieldExpr) or name == "val":
            return True
        field, _ = self.find(expr.text, self.dialect)
        if field.no_transformer or operand.many in {"any", "either", "within"}:
            self.report("F013", expr, f"'{field.name}' cannot stand in a transformer")
            return False
        if field.name == "evt.type":
            self.report("F013", expr, "'evt.type' cannot stand in a transformer: conditions are sorted by it beforehand")
            return False
        return True

    # right sides

    def compared_fields(self, check: Check, operator: Operator, left: Operand, expr: FieldExpr | Transform) -> Tree:
        right = self.operand(expr)
        if right is None:
            return False
        if not operator.fields or left.kind == "net":
            self.report("F015", check, f"'{operator.name}' cannot compare '{left.text}' with a field")
            return False
        if isinstance(check.left, FieldExpr):
            field, _ = self.find(check.left.text, self.dialect)
            if field.no_right_hand_side or field.name == "evt.type":
                self.report("F015", check.left, f"'{field.name}' cannot be compared with a field")
                return False
        for inner in fields_in(expr):
            field, _ = self.find(inner.text, self.dialect)
            if field.no_right_hand_side or field.filter_only:
                self.report("F015", inner, f"'{field.name}' cannot stand on the right side")
                return False
        if check.modifier:
            self.report("F016", expr, f"'{check.modifier}' needs a list of constants behind it")
            return False
        if right.transformer is transformers.BY_NAME["val"]:
            right = right.args[0]
        if (left.type, left.many == "list") != (right.type, right.many == "list"):
            self.report("F014", check, f"'{left.text}' has the type {shape(left)}, '{right.text}' has the type {shape(right)}")
            return False
        return Atom(left, operator, "", None, right, check.at, check.length)

    def constants(self, check: Check, operator: Operator, left: Operand, right: Value) -> Any:
        """The converted constant or constants; None after a report."""
        if isinstance(right, Literal):
            return self.constant(operator, left, right)
        assert isinstance(right, ListLiteral)
        found = [self.constant(operator, left, item) for item in right.items if isinstance(item, Literal)]
        if any(each is None for each in found):
            return None
        return tuple(found) if check.modifier else frozenset(found)

    def constant(self, operator: Operator, left: Operand, literal: Literal) -> Constant | None:
        text = literal.text
        if left.text == "evt.type" and event_types.is_unknown(text, self.dialect):
            near = nearest(text, event_types.all_names(self.dialect))
            self.report("F011", literal, f"unknown event type '{text}'", f"did you mean '{near[0]}'?" if near else "")
            return None
        if "\0" in text:
            self.report("F010", literal, "a constant cannot hold a zero byte")
            return None
        try:
            if operator.name in {"bcontains", "bstartswith"}:
                return hex_bytes(text)
            constant = convert(text, left.type, left.kind)
        except ValueError as wrong:
            self.report("F010", literal, str(wrong), f"'{left.text}' has the type {left.type}")
            return None
        if operator.name == "regex":
            return self.regex(literal, constant)
        if left.kind == "text":
            self.misused(literal)
        return constant

    def regex(self, literal: Literal, pattern: Constant) -> Constant | None:
        assert isinstance(pattern, bytes)
        try:
            compiled_regex(pattern)
        except ValueError as wrong:
            self.report("F012", literal, f"bad regular expression: {wrong}", "RE2 in POSIX syntax: no (?i), no \\d, no look-ahead")
            return None
        if not SPECIAL.search(literal.text):
            self.report("F051", literal, f"'{literal.text}' has no special characters", "'=' does the same and is faster")
        return pattern

    def misused(self, literal: Literal) -> None:
        """Warn of constants that were probably meant as fields."""
        if CALL.match(literal.text):
            self.report(
                "F054", literal, f"'{literal.text}' is compared as a text, though it looks like a transformer", "leave the quotes away"
            )
        elif "." in literal.text and literal.text.partition(".")[0] in field_classes():
            try:
                self.find(literal.text, self.dialect)
            except (UnknownField, BadArgument):
                return
            self.report(
                "F052",
                literal,
                f"'{literal.text}' is compared as a text, though there is a field of that name",
                f"val({literal.text}) is its value",
            )


@lru_cache(maxsize=4096)
def known_operand(text: str, dialect: str) -> tuple[Field, Operand]:
    return field_operand(text, dialect, catalog.find)


@cache
def field_classes() -> frozenset[str]:
    """What field names begin with: `evt`, `proc` …"""
    return frozenset(name.partition(".")[0] for name in catalog.FIELDS)


def fields_in(value: Value) -> list[FieldExpr]:
    """All fields that a value is made of."""
    match value:
        case FieldExpr():
            return [value]
        case Transform():
            return [field for arg in value.args for field in fields_in(arg)]
        case ListLiteral():
            return [field for item in value.items for field in fields_in(item)]
    return []


def shape(operand: Operand) -> str:
    return f"list of {operand.type}" if operand.many == "list" else operand.type


def shown_literal(literal: Literal) -> str:
    return '"' + literal.text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def nearest(text: str, names: Sequence[str]) -> list[str]:
    """The name that was most likely meant, if any is near."""
    from difflib import get_close_matches  # only who made a mistake waits for it

    return get_close_matches(text, names, 1)
