"""From checked trees to a decision program: all rules that one event key can match, as one graph of questions.

The graph is built backwards, from what happens when the last rule failed to the first rule's first question, so that every rule knows where to go on when it
fails. Then a walk in running order carries along which answers are already known on every way to a question, and lets each way skip the questions whose
answers it knows: when `evt.is_open_write = true` failed once, every later rule that begins with it is passed over in one step.

A program is a row of steps (atom, next when true, next when false). A negative atom is a match: rule -(atom + 1), then on with `next when true`. A
negative next is the end. No step is reached twice, whatever the answers: programs end.
"""

from __future__ import annotations

from collections.abc import Callable

from firmer.filter.ast import And, Not, Or
from firmer.filter.tree import Atom, Tree

END = -1
Step = tuple[int, int, int]


class Graph:
    """Questions and matches by number; a question's ways lead to smaller numbers only."""

    def __init__(self, number: Callable[[Atom], int]) -> None:
        self.number = number
        self.nodes: list[list[int]] = []
        self.known: dict[tuple[int, int, int], int] = {}

    def node(self, atom: int, true: int, false: int) -> int:
        if true == false and atom >= 0:
            return true
        key = atom, true, false
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = len(self.nodes)
            self.nodes.append([atom, true, false])
        return found

    def match(self, rule: int, then: int) -> int:
        return self.node(-rule - 1, then, then)

    def condition(self, tree: Tree, true: int, false: int) -> int:
        """First question of a condition that goes on at `true` or `false`."""
        match tree:
            case And():
                for child in reversed(tree.children):
                    true = self.condition(child, true, false)  # type: ignore[arg-type]
                return true
            case Or():
                for child in reversed(tree.children):
                    false = self.condition(child, true, false)  # type: ignore[arg-type]
                return false
            case Not():
                return self.condition(tree.child, false, true)  # type: ignore[arg-type]
            case Atom():
                return self.node(self.number(tree), true, false)
        return true if tree else false


def steps(rules: list[tuple[int, Tree]], number: Callable[[Atom], int], first: bool) -> list[Step]:
    """The program of these rules, in their order.

    rules   number of each rule and its condition
    number  gives an atom its number in the table that all programs share
    first   end at the first rule that matches, instead of telling all
    """
    graph = Graph(number)
    entry = END
    for rule, tree in reversed(rules):
        entry = graph.condition(tree, graph.match(rule, END if first else entry), entry)
    return _threaded(graph.nodes, entry)


def _threaded(nodes: list[list[int]], entry: int) -> list[Step]:
    """The nodes that can be reached, in running order, with their ways shortened by what is known."""
    known_true: dict[int, int] = {}
    known_false: dict[int, int] = {}

    def goto(target: int, true: int, false: int) -> int:
        """Where a way to `target` ends when the answers of the atoms in the sets `true` and `false` are known."""
        while target >= 0 and nodes[target][0] >= 0:
            bit = 1 << nodes[target][0]
            if true & bit:
                target = nodes[target][1]
            elif false & bit:
                target = nodes[target][2]
            else:
                break
        if target >= 0:
            known_true[target] = known_true.get(target, true) & true
            known_false[target] = known_false.get(target, false) & false
        return target

    start = goto(entry, 0, 0)
    reached: list[Step] = []
    place: dict[int, int] = {}
    for node in range(start, -1, -1):
        if node not in known_true:
            continue
        atom, on_true, on_false = nodes[node]
        true, false = known_true[node], known_false[node]
        place[node] = len(reached)
        if atom < 0:
            then = goto(on_true, true, false)
            reached.append((atom, then, then))
        else:
            reached.append((atom, goto(on_true, true | 1 << atom, false), goto(on_false, true, false | 1 << atom)))
    return [(atom, place.get(on_true, END), place.get(on_false, END)) for atom, on_true, on_false in reached]
