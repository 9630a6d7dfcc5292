"""Text of a condition to its tree. The grammar is `grammar.lark`; what it finds wrong is told here in words.

Hostile texts: the parser keeps its own stack (LALR), so that depth costs no recursion; what recurses afterwards is held by MAX_DEPTH. All terminals
are linear in the text's length.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from firmer.errors import BadInput
from firmer.filter.ast import (
    And,
    Check,
    Expr,
    FieldExpr,
    ListLiteral,
    Literal,
    Not,
    Or,
    Reference,
    Transform,
    Value,
)
from firmer.filter.grammar import tables
from firmer.filter.lalr import Parser, Token, Unexpected
from firmer.filter.problems import problem
from firmer.filter.source import Source

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import Any

MAX_DEPTH = 100
REMEMBERED = 4096  # texts; rule files repeat themselves, and every file is parsed again when one changes

ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", " ": "\\", "\\": "\\", "/": "/"}
BRACKET = re.compile(r""""[^"]*(?:(?<=\\)"[^"]*)*(?<!\\)"|'[^']*(?:(?<=\\)'[^']*)*(?<!\\)'|[()]""")
ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|(.))", re.S)


class BadEscape(ValueError):
    """An escape that means nothing; `at` and `length` of it in the text."""

    def __init__(self, at: int, text: str) -> None:
        super().__init__(text)
        self.at = at


def unescape(text: str, at: int) -> str:
    """The text between two quotes; bytes that are no characters become surrogates, as Python's `surrogateescape` has them."""
    inner = text[1:-1]
    if "\\" not in inner:
        return inner

    def replace(match: re.Match[str]) -> str:
        digits, letter = match.groups()
        if digits is not None:
            byte = int(digits, 16)
            return chr(byte) if byte < 0x80 else chr(0xDC00 + byte)
        if letter in ESCAPES:
            return ESCAPES[letter]
        if letter == text[0]:
            return letter
        raise BadEscape(at + 1 + match.start(), f"\\{letter}")

    return ESCAPE.sub(replace, inner)


def split_field(token: str, at: int) -> tuple[str, str | None]:
    """Name and argument of `name[argument]`."""
    name, bracket, argument = token.partition("[")
    if not bracket:
        return str(name), None
    argument = argument[:-1]
    return str(name), unescape(argument, at + len(name) + 1) if argument[0] in "\"'" else str(argument)


def end(node: Any) -> int:
    return int(node.at + node.length)


class Build:
    """One method a rule of the grammar: tokens and nodes in, a node out."""

    def start(self, children: list[Any]) -> Any:
        return children[0]

    operand = start

    def either(self, children: list[Any]) -> Expr:
        return Or(tuple(children), children[0].at, end(children[-1]) - children[0].at)

    def both(self, children: list[Any]) -> Expr:
        return And(tuple(children), children[0].at, end(children[-1]) - children[0].at)

    def negation(self, children: list[Any]) -> Expr:
        word, child = children
        if type(child) is Not:  # two of them undo each other, and a long row of them must not become a deep tree
            undone: Expr = child.child
            return undone
        return Not(child, word.start_pos, end(child) - word.start_pos)

    def bracket(self, children: list[Any]) -> Any:
        return children[1]

    def exists(self, children: list[Any]) -> Check:
        left, word = children
        return Check(left, "exists", "", None, left.at, word.end_pos - left.at)

    def check(self, children: list[Any]) -> Check:
        left, operator, right = children
        return Check(left, "=" if operator == "==" else str(operator), "", right, left.at, end(right) - left.at)

    def modified(self, children: list[Any]) -> Check:
        left, operator, modifier, right = children
        return Check(left, "=" if operator == "==" else str(operator), str(modifier), right, left.at, end(right) - left.at)

    def reference(self, children: list[Token]) -> Reference:
        (name,) = children
        return Reference(str(name), name.start_pos, len(name))

    def field(self, children: list[Token]) -> FieldExpr:
        (token,) = children
        at = token.start_pos
        return FieldExpr(*split_field(token, at), at, len(token))

    def word(self, children: list[Token]) -> Literal:
        (token,) = children
        return Literal(str(token), False, token.start_pos, len(token))

    def quoted(self, children: list[Token]) -> Literal:
        (token,) = children
        at = token.start_pos
        return Literal(unescape(token, at), True, at, len(token))

    def values(self, children: list[Any]) -> ListLiteral:
        first, *items, last = children
        return ListLiteral(tuple(items), False, first.start_pos, last.end_pos - first.start_pos)

    def list_name(self, children: list[Token]) -> ListLiteral:
        word = self.word(children)
        return ListLiteral((word,), True, word.at, word.length)

    def val(self, children: list[Token]) -> Transform:
        opening, name, closing = children
        at = opening.start_pos
        return Transform("val", (self.field([name]),), None, at, closing.end_pos - at)

    def call(self, children: list[Any]) -> Transform:
        opening, *args, closing = children
        argument = None
        if len(closing) > 1:
            argument = split_field(closing, closing.start_pos)[1]
        return Transform(opening[:-1], tuple(args), argument, opening.start_pos, closing.end_pos - opening.start_pos)


@cache
def _parser() -> Parser:
    return Parser(tables(), Build())


# What may stand behind a whole check; which of these the parser names hangs on what it has reduced so far.
BEHIND_A_CHECK = {"_AND", "_OR", "RPAR", "$END"}
OPEN_VAL = re.compile(r"val\([^()]*$")

# What was expected, by one terminal that only that place has. The first that fits is told.
EXPECTED = (
    ("TEXT_OP", "expected an operator"),
    ("MODIFIER", "expected a value"),
    ("NUMBER_OP", "expected an operator"),
    ("LIST_OP", "expected an operator"),
    ("EXISTS", "expected an operator"),
    ("NOT", "expected a check, a macro or a '('"),
    ("VAL", "expected a value or a transformer"),
    ("TRANSFORMER", "expected a field or a value"),
    ("FIELD", "expected a field"),
    ("QUOTED", "expected a value"),
)
OPERATOR_HINT = (
    "one of = != < <= > >= in intersects pmatch contains icontains startswith endswith glob iglob regex bcontains bstartswith exists"
)


def _syntax(source: Source, text: str, error: Unexpected) -> BadInput:
    expected, at = error.expected, error.at
    rest = text[at:]
    found = re.match(r"[A-Za-z0-9_.]+|\S", rest)
    shown = f", found '{found[0][:40]}'" if found else ", found the end"
    length = len(found[0]) if found else 1
    if rest[:1] in {'"', "'"} and "QUOTED" in expected:
        return BadInput([problem("F006", source, at, 1, f"no {rest[0]} closes this text")])
    if expected <= BEHIND_A_CHECK and not OPEN_VAL.search(text[:at]):
        if rest.startswith(("and", "or")):
            word = "and" if rest.startswith("and") else "or"
            return BadInput([problem("F001", source, at, len(word), f"'{word}' needs a blank or a '(' behind it")])
        wanted = "'and', 'or' or ')'" if _open_brackets(text[:at]) > 0 else "'and' or 'or'"
        return BadInput([problem("F001", source, at, length, f"expected {wanted}{shown}")])
    if {"VAL", "NAME", "LPAR"} <= expected:
        return BadInput([problem("F001", source, at, length, "expected a list" + shown, "(a, b) or the name of a list")])
    if "VAL" in expected and "QUOTED" not in expected:
        return BadInput([problem("F001", source, at, length, "expected a number or a transformer" + shown)])
    for terminal, words in EXPECTED:
        if terminal in expected:
            hint = OPERATOR_HINT if words == "expected an operator" else ""
            return BadInput([problem("F001", source, at, length, words + shown, hint)])
    return BadInput([problem("F001", source, at, length, f"expected a ')'{shown}")])


def _open_brackets(text: str) -> int:
    return sum({"(": 1, ")": -1}.get(match[0], 0) for match in BRACKET.finditer(text))


def _check_depth(source: Source, text: str) -> None:
    depth = 0
    for match in BRACKET.finditer(text):
        if match[0] == "(":
            depth += 1
            if depth > MAX_DEPTH:
                raise BadInput([problem("F003", source, match.start(), 1, f"brackets nest deeper than {MAX_DEPTH}")])
        elif match[0] == ")":
            depth -= 1


def _tree(text: str, start: str, source: Source) -> Any:
    if not text.strip(" \t\b\r\n"):
        raise BadInput([problem("F002", source, 0, 1, "the condition is empty")])
    if "\0" in text:
        raise BadInput([problem("F001", source, text.index("\0"), 1, "a condition cannot hold a zero byte")])
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise BadInput([problem("F001", source, error.start, 1, "not a character")]) from error
    if text.count("(") > MAX_DEPTH:
        _check_depth(source, text)
    try:
        return _parser().parse(text, start)
    except BadEscape as bad:
        raise BadInput([problem("F004", source, bad.at, 2, f"'{bad}' is no escape", "a backslash itself is written \\\\")]) from bad
    except Unexpected as error:
        raise _syntax(source, text, error) from error


@lru_cache(REMEMBERED)
def _remembered(text: str, start: str, dialect: str) -> Any:
    return _tree(text, start, Source(text))


def parse(text: str, dialect: str = "falco", source: Source | None = None) -> Expr:
    """The tree of a condition. Names of macros are References, names of lists bare words; whoever knows them resolves them.

    dialect  "falco" or "sysdig"; sysdig's own forms come later, today it takes what both have in common
    raises   BadInput with one Problem, whose place is by `source`
    """
    tree: Expr = _parsed(text, "start", dialect, source)
    return tree


def parse_operand(text: str, dialect: str = "falco", source: Source | None = None) -> Value:
    """What may stand left of an operator: a field or a transformer, as output texts use them, too."""
    value: Value = _parsed(text, "operand", dialect, source)
    return value


def _parsed(text: str, start: str, dialect: str, source: Source | None) -> Any:
    assert dialect in {"falco", "sysdig"}
    try:
        return _remembered(text, start, dialect)
    except BadInput:
        if source is None:
            raise
    return _tree(text, start, source)  # once more for the place in the file; a text that fails is rare
