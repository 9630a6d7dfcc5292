"""The checked tree: what a condition asks, with fields found, types known and constants converted.

`And`, `Or` and `Not` are those of `ast`; their leaves are Atoms and, after a pass decided some of them, plain `True` and `False`.
Both evaluators start from here. An Atom is the unit that rules share: two are equal when they ask the same of the same field.
"""

from __future__ import annotations

from firmer.filter.ast import And, Not, Or
from firmer.record import field, record

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from firmer.filter.operators import Operator
    from firmer.filter.transformers import Transformer

# names of slot.Kind and slot.Many, in their order
KINDS = ("text", "buffer", "signed", "unsigned", "bool", "ip", "net", "port", "double")
MANY = ("one", "list", "any", "either", "within")
NUMBERS = frozenset({"signed", "unsigned", "port", "bool"})

# A constant, converted: text, bytes and addresses as bytes, numbers as int, networks as (address, prefix length).
Constant = bytes | int | tuple[bytes, int]
Constants = Constant | tuple[Constant, ...] | frozenset[Constant] | None


@record(frozen=True, slots=True)
class Operand:
    """A value that an event may have: a field, a transformer's result, or within a transformer a constant or a row of operands.

    kind  "text" … as slot.Kind; for lists the kind of their elements
    many  "one", "list", "any", "either", "within" as slot.Many
    """

    text: str
    type: str = field(compare=False)
    kind: str = field(compare=False)
    many: str = field(default="one", compare=False)
    transformer: Transformer | None = field(default=None, compare=False)
    args: tuple[Operand, ...] = field(default=(), compare=False)
    argument: str | None = field(default=None, compare=False)
    constant: bytes | None = field(default=None, compare=False)
    is_field: bool = field(default=False, compare=False)

    @property
    def is_row(self) -> bool:
        """A row of operands in brackets, as `join` and `getopt` take it."""
        return not self.is_field and self.transformer is None and self.constant is None


@record(frozen=True, slots=True)
class Atom:
    """One question to an event.

    `right` is an Operand where two values of the event are compared; else `constant` holds what the left is compared with.
    """

    left: Operand
    operator: Operator
    modifier: str = ""
    constant: Constants = None
    right: Operand | None = None
    at: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)

    def __str__(self) -> str:
        words = [self.left.text, self.operator.name, self.modifier, self.right.text if self.right else shown(self.constant)]
        return " ".join(word for word in words if word)


Tree = And | Or | Not | Atom | bool


def shown(constant: Constants) -> str:
    """A constant as one would write it, for messages and dumps of programs."""
    if constant is None:
        return ""
    if isinstance(constant, frozenset):
        return f"({', '.join(sorted(map(shown, constant)))})"
    if isinstance(constant, tuple):
        if len(constant) == 2 and isinstance(constant[1], int) and isinstance(constant[0], bytes) and len(constant[0]) in {4, 16}:
            return f"{constant[0].hex()}/{constant[1]}"
        return f"({', '.join(map(shown, constant))})"
    return constant.decode("utf-8", "replace") if isinstance(constant, bytes) else str(constant)
