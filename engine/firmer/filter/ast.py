"""The tree of a condition.

Every node knows its place in the text that it was parsed from: `at` characters in, `length` long. Places do not take part in comparing:
two conditions are equal when they ask the same. Nodes are never changed; a pass that changes something builds new ones.

    Expr    And  Or  Not  Check  Reference  Expansion
    Value   FieldExpr  Transform  Literal  ListLiteral
"""

from __future__ import annotations

from firmer.record import field, record

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import Any

    from firmer.filter.source import Source


@record(frozen=True, slots=True)
class Literal:
    """A constant as written. `text` is without quotes and escapes; `quoted` tells a word from a quoted text (a word may name a list)."""

    text: str
    quoted: bool = False
    at: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class ListLiteral:
    """Constants in brackets; `bare` when it was a single word without brackets: the name of a list, or that word itself.

    An item that is a bare word may name a list, too: whoever knows the lists puts their items in its place.
    """

    items: tuple[Literal | Value, ...]
    bare: bool = False
    at: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class FieldExpr:
    """A field: `proc.aname[2]` has the name `proc.aname` and the argument `2`; None is no bracket at all."""

    name: str
    argument: str | None = None
    at: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)

    @property
    def text(self) -> str:
        return self.name if self.argument is None else f"{self.name}[{self.argument}]"


@record(frozen=True, slots=True)
class Transform:
    """A call: `tolower(proc.name)`; `argument` is what stands in brackets behind it, as in `getopt(…)[o]`."""

    name: str
    args: tuple[Value, ...]
    argument: str | None = None
    at: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class Check:
    """Left, operator, right. `right` is None for `exists`; `modifier` is `oneof`, `anyof`, `allof` or empty."""

    left: FieldExpr | Transform
    operator: str
    modifier: str
    right: Value | None
    at: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class Reference:
    """The name of a macro, to be replaced by an Expansion."""

    name: str
    at: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class Expansion:
    """A macro in its place: its name and place are the reference's, the places inside of `body` are places in `source`."""

    name: str
    body: Expr
    source: Source = field(compare=False)
    at: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class Not:
    """`And`, `Or` and `Not` join Exprs, and the Trees that the type check makes of them."""

    child: Any
    at: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class And:
    children: tuple[Any, ...]
    at: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class Or:
    children: tuple[Any, ...]
    at: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


Value = FieldExpr | Transform | Literal | ListLiteral
Expr = And | Or | Not | Check | Reference | Expansion
