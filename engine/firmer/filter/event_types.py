"""What a condition says of event types: for which events it is worth asking at all.

Two sets are told apart. Falco's index (`falco_index`): rules are sorted by what their condition says of `evt.type` and `syscall.type`, and
only those that stand under an event's type are evaluated. It is a rule of the language, because it decides: under `not`, `syscall.type
exists` names no type at all, so that `evt.type = procexit and not syscall.type exists` never holds; and `evt.type != uname` leaves out
every call that has no event type of its own. The other set (`possible`) is exact knowledge, for speed: the event keys (see `event_key`)
for which the condition can hold.

Sets are bits of an int: bit t is event type t, bit k is event key k.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from firmer.events import table
from firmer.filter.ast import And, Not, Or
from firmer.filter.reference import holds_for
from firmer.filter.tree import Atom, Tree

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import Any

TYPE_FIELDS = frozenset({"evt.type", "syscall.type"})
GENERIC = 0b11  # types 0 and 1: calls without an event type of their own
ASYNC_NAME = "asyncevent"  # its `evt.type` is the name that the event carries


class Names:
    """Names of event types and keys, from the event table."""

    def __init__(self) -> None:
        rows = table.event_types()
        codes = table.syscall_codes()
        self.types = len(rows)
        self.keys = table.EVENT_KEY_COUNT
        self.all_types = (1 << self.types) - 1
        self.all_keys = (1 << self.keys) - 1
        self.by_key: list[str | None] = [None] * self.keys  # None: the name hangs on the event
        self.direction = [row["dir"] for row in rows]
        self.type_bits: dict[str, int] = {}
        self.key_bits: dict[str, int] = {}
        for row in rows[2:]:
            self.type_bits[row["name"]] = self.type_bits.get(row["name"], 0) | 1 << row["id"]
            self.by_key[row["id"]] = None if row["name"] == ASYNC_NAME else row["name"]
        for name, code in codes.items():
            self.type_bits.setdefault(name, GENERIC)
            if code:
                self.by_key[self.types + code] = name
        for key, known in enumerate(self.by_key):
            if known is not None:
                self.key_bits[known] = self.key_bits.get(known, 0) | 1 << key
        self.unnamed = sum(1 << key for key, name in enumerate(self.by_key) if name is None)
        # rules never see the enter event of a system call: what it knew stands in the exit
        self.entries = sum(1 << row["id"] for row in rows if row["entry"])
        self.known = frozenset(self.type_bits) | {row["name"] for row in rows}


@cache
def names() -> Names:
    return Names()


def all_names(dialect: str) -> list[str]:
    """Names that `evt.type` may be compared with."""
    return sorted(names().known)


def is_unknown(name: str, dialect: str) -> bool:
    return name not in names().known


def type_of_key(key: int) -> int:
    """The event type of an event key."""
    return key if key < names().types else 1


# Falco's index


def falco_index(tree: Tree) -> int:
    """Event types under which Falco sorts the condition."""
    return _index(tree, False)


def _index(tree: Tree, negated: bool) -> int:
    everything = names().all_types
    if isinstance(tree, Atom):  # most are, so this is asked first
        named = _named(tree) if tree.left.text in TYPE_FIELDS and tree.right is None else None
        if named is None:
            return everything
        return everything & ~named if negated else named
    match tree:
        case Not():
            return _index(tree.child, not negated)
        case And() | Or():
            together = isinstance(tree, And) is not negated
            result = everything if together else 0
            for child in tree.children:
                found = _index(child, negated)
                result = result & found if together else result | found
            return result
    return everything


def _named(atom: Atom) -> int | None:
    """Types that a check of the event type names; None when it is of no account."""
    everything = names().all_types
    operator = atom.operator.name
    if operator == "exists":
        return everything
    if atom.modifier or operator not in {"=", "!=", "in"}:
        return None
    constants: Any = atom.constant if operator == "in" else (atom.constant,)
    found = 0
    for constant in constants:
        found |= names().type_bits.get(constant.decode("utf-8", "replace"), 0)
    return everything & ~found if operator == "!=" else found


# what can hold


def possible(tree: Tree) -> int:
    """Event keys for which a condition in the falco dialect can hold; the index is part of it."""
    index = falco_index(tree)
    keys = index
    if index & 2:
        keys |= names().all_keys ^ names().all_types
    return _outcomes(tree)[0] & keys & ~names().entries


def named(tree: Any) -> frozenset[str]:
    """Names of event types that a condition asks for one by one."""
    match tree:
        case Atom() if tree.left.text in TYPE_FIELDS and tree.right is None and not tree.modifier and tree.operator.name in {"=", "in"}:
            constants: Any = tree.constant if tree.operator.name == "in" else (tree.constant,)
            return frozenset(constant.decode("utf-8", "replace") for constant in constants)
        case Not():
            return named(tree.child)
        case And() | Or():
            return frozenset().union(*map(named, tree.children))
    return frozenset()


def wanted(trees: Iterable[Tree]) -> tuple[list[int], bytes]:
    """What `possible` says of each condition, and of all together in one byte an event key: 0, 1, or NAMED."""
    bits = names().key_bits
    found, some, asked = [], 0, 0
    for tree in trees:
        keys = possible(tree)
        found.append(keys)
        some |= keys
        for name in named(tree):
            asked |= keys & bits.get(name, 0)
    return found, bytes([(some >> key & 1) + (asked >> key & 1) for key in range(names().keys)])


def _outcomes(tree: Tree) -> tuple[int, int]:
    """Keys for which the condition can be true, and those for which it can be false."""
    everything = names().all_keys
    match tree:
        case Not():
            true, false = _outcomes(tree.child)
            return false, true
        case And() | Or():
            together = isinstance(tree, And)
            true, false = (everything, 0) if together else (0, everything)
            for child in tree.children:
                yes, no = _outcomes(child)
                true, false = (true & yes, false | no) if together else (true | yes, false & no)
            return true, false
        case Atom() if _decides(tree):
            fitting = _fitting_keys(tree)
            if tree.left.text == "syscall.type":
                return fitting | names().unnamed, everything
            return fitting | names().unnamed, everything & ~fitting
        case bool():
            return (everything, 0) if tree else (0, everything)
    return everything, everything


def _decides(atom: Atom) -> bool:
    """Whether the event key alone can decide the atom. `syscall.type` may lack where `evt.type` does not, so only a `no` counts there."""
    if atom.right is not None:
        return False
    return atom.left.text == "evt.type" or (
        atom.left.text == "syscall.type" and atom.operator.name in {"=", "in", "intersects"} and not atom.modifier
    )


@cache
def _fitting_keys(atom: Atom) -> int:
    bits = names().key_bits
    if atom.operator.name in {"=", "in", "intersects"} and not atom.modifier:
        constants: Any = (atom.constant,) if atom.operator.name == "=" else atom.constant
        found = 0
        for constant in constants:
            found |= bits.get(constant.decode("utf-8", "replace"), 0)
        return found
    found = 0
    for name, keys in bits.items():
        if holds_for(atom, name.encode(), atom.constant):
            found |= keys
    return found


def decided(atom: Atom, key: int) -> bool | None:
    """What the event key alone says of an atom in the falco dialect; None when it takes the event."""
    name = names().by_key[key]
    if atom.left.text == "evt.dir" and atom.right is None:
        return holds_for(atom, names().direction[type_of_key(key)].encode(), atom.constant)
    if name is None or not _decides(atom):
        return None
    fits = bool(_fitting_keys(atom) >> key & 1)
    return None if fits and atom.left.text == "syscall.type" else fits


def specialised(tree: Tree, key: int, decide: Callable[[Atom, int], bool | None] = decided) -> Tree:
    """The condition for events of one key: what the key decides is put in and folded away."""
    match tree:
        case Atom():
            known = decide(tree, key)
            return tree if known is None else known
        case Not():
            child: Tree = specialised(tree.child, key, decide)
            return not child if isinstance(child, bool) else tree if child is tree.child else Not(child)
        case And() | Or():
            ends = isinstance(tree, Or)  # the outcome that ends a row
            children: list[Any] = []
            for child in tree.children:
                part = specialised(child, key, decide)
                if part is ends:
                    return ends
                if not isinstance(part, bool):
                    children.append(part)
            if not children:
                return not ends
            return children[0] if len(children) == 1 else type(tree)(tuple(children))
    return tree
