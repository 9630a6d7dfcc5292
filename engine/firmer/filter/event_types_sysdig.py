"""What a filter in sysdig's language says of event types: for which event keys it is worth asking at all.

An event has the name and direction of the type that was recorded, not of today's form by which keys go, and enter events count. A key whose
events differ in name or direction decides nothing. Fields that remember when they were asked last make every event count: a filter
that asks one is never skipped.
"""

from __future__ import annotations

from functools import cache

from firmer.events import table
from firmer.filter import event_types
from firmer.filter.ast import And, Not, Or
from firmer.filter.reference import holds_for
from firmer.filter.tree import Atom, Tree

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import Any

REMEMBERING = ("evt.deltatime", "thread.cpu", "thread.exectime", "thread.totexectime", "util.cnt")


class Names:
    """Names and directions by event key, None where they hang on the event."""

    def __init__(self) -> None:
        self.by_key, self.direction, known = table.sysdig_keys()
        self.keys = len(self.by_key)
        self.known = frozenset(known).union(table.syscall_codes(), table.event_names())


@cache
def names() -> Names:
    return Names()


def is_unknown(name: str) -> bool:
    """Whether neither sysdig nor today's libraries have an event type or system call of that name."""
    return name not in names().known


def decided(atom: Atom, key: int) -> bool | None:
    """What the event key alone says of an atom; None when it takes the event."""
    if atom.right is not None:
        return None
    if atom.left.text == "evt.dir":
        direction = names().direction[key]
        return None if direction is None else _holds(atom, direction)
    name = names().by_key[key] if atom.left.text in {"evt.type", "syscall.type"} else None
    if name is None:
        return None
    fits = _holds(atom, name)
    # there may be no syscall.type
    return None if fits and atom.left.text == "syscall.type" else fits


@cache
def _holds(atom: Atom, text: str) -> bool:
    return holds_for(atom, text.encode(), atom.constant)


def wanted(tree: Tree) -> bytes:
    """One byte an event key: whether the filter can hold for such events, NAMED where it asks for them by name."""
    asked = event_types.named(tree)
    if remembers(tree):
        return bytes(table.NAMED if name in asked else 1 for name in names().by_key)
    seen: dict[tuple[str | None, str | None], int] = {}
    for pair, key in {
        (name, direction): key for key, (name, direction) in enumerate(zip(names().by_key, names().direction, strict=True))
    }.items():
        seen[pair] = can_hold(tree, key)[0] and (table.NAMED if pair[0] in asked else 1)
    return bytes(seen[pair] for pair in zip(names().by_key, names().direction, strict=True))


def can_hold(tree: Tree, key: int) -> tuple[bool, bool]:
    """Whether the tree can be true, and whether it can be false, for events of one key."""
    match tree:
        case Atom():
            known = decided(tree, key)
            return known is not False, known is not True
        case Not():
            true, false = can_hold(tree.child, key)
            return false, true
        case And() | Or():
            together = isinstance(tree, And)
            outcomes = [can_hold(child, key) for child in tree.children]
            if together:
                return all(true for true, _ in outcomes), any(false for _, false in outcomes)
            return any(true for true, _ in outcomes), all(false for _, false in outcomes)
    return bool(tree), not tree


def specialised(tree: Tree, key: int) -> Tree:
    """The filter for events of one key, without what the key decides."""
    return tree if remembers(tree) else event_types.specialised(tree, key, decided)


def remembers(tree: Any) -> bool:
    """Whether a field is asked that tells of the time between two askings."""
    match tree:
        case Atom():
            return tree.left.text.startswith(REMEMBERING)
        case Not():
            return remembers(tree.child)
        case And() | Or():
            return any(map(remembers, tree.children))
    return False
