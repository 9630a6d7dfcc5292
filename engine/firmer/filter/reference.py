"""The reference evaluator: what a condition means, in plain Python. It is the oracle of the native program and never runs in the engine.

Three rules make most of it: a field without a value makes every check false, whatever its operator; of several values (ancestors, both
ends of a connection) one must fit; and everything else is two-valued logic.
"""

from __future__ import annotations

from collections.abc import Callable

from firmer.filter.ast import And, Not, Or
from firmer.filter.operators import MODIFIERS
from firmer.filter.tree import Atom, Operand, Tree

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import Any

    Get = Callable[[Operand], Any]


def evaluate(tree: Tree, get: Get) -> bool:
    """Whether the condition holds. `get` gives the value of a field: None, bytes, int, float, or a list where the operand's `many` is not "one"."""
    match tree:
        case And():
            return all(evaluate(child, get) for child in tree.children)
        case Or():
            return any(evaluate(child, get) for child in tree.children)
        case Not():
            return not evaluate(tree.child, get)
        case Atom():
            return holds(tree, get)
    return tree


def value_of(operand: Operand, get: Get) -> Any:
    """The operand's value; None when it or anything that it is made of is missing."""
    if operand.constant is not None:
        return operand.constant
    if operand.is_field:
        return get(operand)
    values = [value_of(arg, get) for arg in operand.args]
    if any(value is None for value in values):
        return None
    return values if operand.transformer is None else operand.transformer.run(values, operand)


def holds(atom: Atom, get: Get) -> bool:
    value = value_of(atom.left, get)
    if value is None:
        return False
    constant: Any = atom.constant
    if atom.right is not None:
        constant = value_of(atom.right, get)
        if constant is None:
            return False
        if atom.operator.right == "list" and not isinstance(constant, list):
            constant = [constant]
    return holds_for(atom, value, constant)


def holds_for(atom: Atom, value: Any, constant: Any) -> bool:
    """Whether the atom holds for a value that is there."""
    name = atom.operator.name
    if name == "exists":
        return True
    if atom.left.many == "one":
        return single(atom, value, constant)
    if atom.left.many == "within":
        return bool(value <= constant)
    if atom.left.many == "list":
        return (all if name == "in" else any)(single(atom, each, constant) for each in value)
    if atom.left.many == "either" and name == "!=":
        return bool(value) and all(single(atom, each, constant) for each in value)
    return any(single(atom, each, constant) for each in value)


def single(atom: Atom, value: Any, constant: Any) -> bool:
    if not atom.modifier:
        return atom.operator.run(value, constant)
    fitting = sum(atom.operator.run(value, each) for each in constant)
    return MODIFIERS[atom.modifier](fitting, len(constant))
