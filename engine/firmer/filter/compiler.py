"""From checked trees to a graph of questions: all rules that one event key can match, in one.

The graph is built backwards, from what happens when the last rule failed to the first rule's first question, so that every rule knows
where to go on when it fails. A node is (atom, next when true, next when false); a negative atom is a match: rule -(atom + 1), then on with
`next when true`. A negative next is the end. Ways lead to smaller numbers only: whatever the answers, the end is reached.

`Program` (program.pyx) walks the graph and remembers the ways that it took, each with the answers that are known on it, so that no way asks twice.
"""

from __future__ import annotations

from collections.abc import Callable

from firmer.filter.ast import And, Not, Or
from firmer.filter.tree import Atom, Tree

END = -1
Node = tuple[int, int, int]


class Graph:
    """The nodes so far; equal questions with equal ways on are one node."""

    def __init__(self, number: Callable[[Atom], int]) -> None:
        self.number = number
        self.nodes: list[Node] = []
        self.known: dict[Node, int] = {}

    def node(self, atom: int, true: int, false: int) -> int:
        if true == false and atom >= 0:
            return true
        node = atom, true, false
        found = self.known.get(node)
        if found is None:
            found = self.known[node] = len(self.nodes)
            self.nodes.append(node)
        return found

    def match(self, rule: int, then: int) -> int:
        return self.node(-rule - 1, then, then)

    def condition(self, tree: Tree, true: int, false: int) -> int:
        """First question of a condition that goes on at `true` or `false`."""
        match tree:
            case And():
                for child in reversed(tree.children):
                    true = self.condition(child, true, false)
                return true
            case Or():
                for child in reversed(tree.children):
                    false = self.condition(child, true, false)
                return false
            case Not():
                return self.condition(tree.child, false, true)
            case Atom():
                return self.node(self.number(tree), true, false)
        return true if tree else false


def graph(rules: list[tuple[int, Tree]], number: Callable[[Atom], int], first: bool) -> tuple[list[Node], int]:
    """Nodes and first node of these rules, asked in their order.

    rules   number of each rule and its condition
    number  gives an atom its number in the table that all programs share
    first   end at the first rule that matches, instead of telling all
    """
    made = Graph(number)
    entry = END
    for rule, tree in reversed(rules):
        entry = made.condition(tree, made.match(rule, END if first else entry), entry)
    return made.nodes, entry


def asked_later(nodes: list[Node]) -> tuple[dict[int, int], list[int]]:
    """A bit for each atom, and by node the bits of all atoms that are asked at it or after it."""
    bits: dict[int, int] = {}
    later: list[int] = []
    for atom, true, false in nodes:
        mask = bits.setdefault(atom, 1 << len(bits)) if atom >= 0 else 0
        for way in (true, false):
            if way >= 0:
                mask |= later[way]
        later.append(mask)
    return bits, later
