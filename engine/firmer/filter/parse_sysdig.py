"""Text of a filter in sysdig's own language to its tree, in one pass by hand: sysdig starts fast, and its quirks are no grammar's.

What sysdig 0.29.3 does and Falco does not: `not` binds to the next check or bracket alone; `and` and `or` have no precedence and may not be
mixed on one level; blanks may stand inside of these words; either quote ends a quoted text; a bare value ends at a blank or bracket; `==`
is `=` with a value that begins with `=`. Errors have sysdig's words and the number of characters that it had read by then.

A subclass may look at each part as it is read (`field`, `comparing`, `literal`, `made`), so that the first mistake in the text is the one told.
"""

from __future__ import annotations

import re

from firmer.errors import BadInput
from firmer.filter.ast import And, Check, FieldExpr, ListLiteral, Literal, Not, Or
from firmer.filter.problems import problem
from firmer.filter.source import Source

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import Any, NoReturn

    Level = list[tuple[str, bool, Any]]  # what joins it to those before, whether `not` stands before it, node

BLANKS = " \t\r\n"
FIELD = re.compile(r"[^ \t\r\n()!=<>]*")
# longer ones first; `intersects` is read as `in` and then fails, as in sysdig
OPERATORS = (
    "=", "!=", "<=", "<", ">=", ">", "contains", "icontains", "startswith", "endswith", "exists", "glob", "pmatch", "in",
)  # fmt: skip
HEX = frozenset("0123456789abcdefABCDEF")
MAX_DEPTH = 100


class BadFilter(BadInput):
    """A filter that sysdig refuses, in its words: `str(error)` is the line that it prints."""

    def __init__(self, source: Source, position: int, text: str) -> None:
        super().__init__([problem("F001", source, position, 1, text)])
        self.args = (f"filter error at position {position}: {text}",)


class Parser:
    """Reads one text. Positions are indexes of characters; errors name the last character that sysdig had looked at."""

    def __init__(self, text: str, source: Source) -> None:
        self.text = text
        self.source = source
        self.at = 0
        self.past_end = 0  # 1 when a bare value ran to the end: sysdig then counts one more

    # what a subclass looks at

    def field(self, expr: FieldExpr, position: int) -> None:
        """A field was read."""

    def comparing(self, expr: FieldExpr, operator: str, position: int) -> None:
        """The operator behind it was read, and the bracket of its list."""

    def literal(self, expr: FieldExpr, operator: str, literal: Literal, position: int) -> None:
        """A constant was read."""

    def in_word(self, expr: FieldExpr) -> str:
        """What messages call the list's operator."""
        return "in/pmatch"

    def made(self, check: Check) -> Any:
        """A check is complete; what is returned stands in the tree."""
        return check

    # the whole

    def parse(self) -> Any:
        text = self.text
        outer: list[tuple[Level, str, bool]] = []
        level: Level = []
        operator, negated, wanted = "", False, True
        while True:
            self.skip()
            if self.at >= len(text):
                break
            letter = text[self.at]
            if letter == "(":
                if not wanted:
                    self.fail(self.at, f"unexpected '(' after {text[: self.at]}")
                if len(outer) == MAX_DEPTH:
                    self.fail(self.at, f"brackets nest deeper than {MAX_DEPTH}")
                outer.append((level, operator, negated))
                level, operator, negated = [], "", False
                self.at += 1
            elif letter == ")":
                if not outer or wanted:
                    self.fail(len(text), "filter error: unexpected end of filter")
                node = self.joined(level, self.at)
                level, joiner, denied = outer.pop()
                level.append((joiner, denied, node))
                self.at += 1
            elif not wanted and letter in "ao":
                operator, negated, wanted = self.word("and" if letter == "a" else "or"), False, True
            elif letter == "n":
                self.word("not")
                negated = wanted = True
            elif not wanted:
                self.fail(self.at, "syntax error in filter")
            else:
                level.append((operator, negated, self.check()))
                wanted = False
        if outer or wanted:
            self.fail(len(text) + self.past_end, "filter error: unexpected end of filter")
        return self.joined(level, len(text) + self.past_end)

    def joined(self, level: Level, position: int) -> Any:
        """One level of checks as a tree. A check behind nothing but `not` is read, but never asked."""
        kinds = {operator for operator, _, _ in level[1:]}
        if len(kinds) > 1:
            self.fail(position, "expression mixes 'and' and 'or' in an ambiguous way. Please use brackets.")
        nodes: list[Any] = []
        for operator, negated, node in level:
            if nodes and not operator:
                continue
            nodes.append(Not(node) if negated else node)
        if len(nodes) == 1:
            return nodes[0]
        return Or(tuple(nodes)) if kinds == {"or"} else And(tuple(nodes))

    # parts

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in BLANKS:
            self.at += 1

    def fail(self, position: int, text: str) -> NoReturn:
        # sysdig counts bytes
        more = len(self.text[:position].encode("utf-8", "surrogateescape")) - len(self.text[:position])
        raise BadFilter(self.source, position + more, text)

    def word(self, word: str) -> str:
        """`and`, `or`, `not`, whose letters blanks may part."""
        for letter in word:
            self.skip()
            if self.text[self.at : self.at + 1] != letter:
                self.fail(self.at, "syntax error in filter")
            self.at += 1
        return word

    def check(self) -> Any:
        start = self.at
        name = self.text[start : FIELD.match(self.text, start).end()]  # type: ignore[union-attr]
        self.at += len(name)
        stop = self.position_before_bracket(self.at)
        expr = FieldExpr(name, None, start, len(name))
        self.field(expr, stop)
        operator = self.operator(stop)
        right: Literal | ListLiteral | None = None
        if operator == "exists":
            self.comparing(expr, operator, self.at)
        elif operator in {"in", "pmatch"}:
            right = self.values(expr, operator)
        else:
            self.comparing(expr, operator, self.at)
            right = self.value(expr, operator, "()")
        return self.made(Check(expr, operator, "", right, start, self.at - start))

    def position_before_bracket(self, at: int) -> int:
        """sysdig steps back from a bracket or comma that ended a word."""
        return at - 1 if self.text[at : at + 1] in {"(", ")", ","} else at

    def operator(self, stop: int) -> str:
        if self.at == stop:
            self.skip()
            for operator in OPERATORS:
                if self.text.startswith(operator, self.at):
                    self.at += len(operator)
                    return operator
            stop = self.at
        self.fail(stop, f"filter error: unrecognized comparison operator after {self.text[:stop]}")

    def values(self, expr: FieldExpr, operator: str) -> ListLiteral:
        self.skip()
        start = self.at
        if self.text[start : start + 1] != "(":
            self.fail(start, "expected '(' after 'in/intersects/pmatch' operand")
        self.at += 1
        self.comparing(expr, operator, self.at)
        items: list[Literal] = []
        while True:
            items.append(self.value(expr, operator, "(),"))
            self.skip()
            found = self.text[self.at : self.at + 1]
            if found not in {")", ","}:
                self.fail(self.at + self.past_end, f"expected either ')' or ',' after a value inside the '{self.in_word(expr)}' clause")
            self.at += 1
            if found == ")":
                return ListLiteral(tuple(items), False, start, self.at - start)

    def value(self, expr: FieldExpr, operator: str, ends: str) -> Literal:
        self.skip()
        start = self.at
        quoted = self.text[start : start + 1] in {"'", '"'}
        text = self.unescaped(start + quoted, "\"'" if quoted else BLANKS + ends, quoted)
        if quoted and self.at >= len(self.text):
            self.fail(len(self.text), "filter error: unclosed quotes")
        position = self.at if quoted else self.position_before_bracket(self.at)
        self.at += quoted
        self.past_end = int(not quoted and self.at >= len(self.text))
        literal = Literal(text, quoted, start, self.at - start)
        self.literal(expr, operator, literal, position)
        return literal

    def unescaped(self, start: int, ends: str, quoted: bool) -> str:
        """The text up to one of `ends`. At the end of all, what an escape lacks is left away."""
        text = self.text
        parts: list[str] = []
        at = start
        while at < len(text) and text[at] not in ends:
            if text[at] != "\\":
                parts.append(text[at])
                at += 1
                continue
            letter = text[at + 1 : at + 2]
            size = 4 if letter == "x" else 2
            digits = text[at + 2 : at + size]
            broken = 1 if letter and letter in ends and not quoted else 3 if len(digits) == 2 and not HEX.issuperset(digits) else 0
            if broken:
                self.fail(at + broken, f"filter error: unrecognized escape sequence at {text[start:]}")
            if len(digits) == 2:
                byte = int(digits, 16)
                parts.append(chr(byte) if byte < 0x80 else chr(0xDC00 + byte))
            elif letter not in {"", "x"}:
                parts.append(letter if letter in {"\\", '"'} else "\\" + letter)
            at += size
        self.at = min(at, len(text))
        return "".join(parts)


def parse_sysdig(text: str, source: Source | None = None) -> Any:
    """The tree of a filter, its fields and constants as written; raises BadFilter."""
    return Parser(text, source or Source(text, "filter")).parse()
