"""Macros and lists put into conditions, on trees.

Falco replaces names of lists in the condition's *text*, list after list in the order of their definitions; what that means, and one would not
guess, is kept: a list holds the items of the lists that it names, one level deep; a name that remains is replaced again only when it belongs to a
list that was defined later. Outside of brackets a list of one item stands for that item.

Every macro is parsed and expanded once; results are shared and equal as long as nothing that they are made of changed. What is shared costs
nothing, but whoever walks it pays: so what can be reached is limited.
"""

from __future__ import annotations

from collections.abc import Iterator

from firmer.errors import BadInput, Problem
from firmer.filter.ast import And, Check, Expansion, Expr, ListLiteral, Literal, Not, Or, Reference, Value
from firmer.filter.parse import parse
from firmer.filter.source import Source
from firmer.rules.definitions import Definitions
from firmer.rules.exceptions import quoted
from firmer.rules.items import LIST_NAME
from firmer.rules.model import ALWAYS, ListDef, Macro
from firmer.rules.places import Mark
from firmer.rules.problems import CODES, refusal

MAX_ITEMS = 200_000  # of one bracket
MAX_CHECKS = 100_000  # of one condition
MAX_NESTING = 150  # and, or, not, macros within each other

Items = tuple["Literal | Value", ...]
Size = tuple[int, int]  # checks, nesting


class Expander:
    """Expands conditions over one state of the definitions. `memory` outlives it: equal expansions of the next state are the same objects."""

    def __init__(self, definitions: Definitions, memory: Memory) -> None:
        self.definitions = definitions
        self.memory = memory
        self.order = {each.name: at for at, each in enumerate(sorted(definitions.lists.values(), key=lambda each: each.index))}
        self.flat = {each.name: self.one_level(each) for each in definitions.lists.values()}
        self.items: dict[tuple[str, int], Items] = {}
        self.done: dict[str, Expr | BadInput] = {}
        self.open: list[str] = []
        self.used: set[str] = set()
        for each in definitions.lists.values():
            self.used.update(name for name in each.items if self.sees(each, name))

    # lists

    def sees(self, each: ListDef, name: str) -> bool:
        other = self.definitions.lists.get(name)
        return other is not None and other.index < each.visibility

    def one_level(self, each: ListDef) -> list[str]:
        texts: list[str] = []
        for text in each.items:
            texts += self.definitions.lists[text].items if self.sees(each, text) else [text]
        return texts

    def items_of(self, name: str, spot: Mark) -> Items:
        """The items that stand for a list's name in a condition."""
        found = self.items.get((name, 0))
        if found is None:
            found = tuple(self.spread(name, spot))
            self.items[name, 0] = found
        return found

    def spread(self, name: str, spot: Mark) -> Iterator[Literal | Value]:
        # a stack of its own: each entry is the rest of a list that is being spread, and that list's order
        stack = [(iter(self.flat[name]), self.order[name])]
        count = 0
        while stack:
            rest, order = stack[-1]
            text = next(rest, None)
            if text is None:
                stack.pop()
                continue
            count += 1
            if count > MAX_ITEMS:
                raise refusal("R023", spot, f"list '{name}' becomes longer than {MAX_ITEMS:,} items")
            if self.order.get(text, -1) > order:
                self.used.add(text)
                stack.append((iter(self.flat[text]), self.order[text]))
            else:
                yield from self.memory.item(quoted(text) if text else text, self.definitions.lists[name])

    def spliced(self, right: ListLiteral, source: Source) -> ListLiteral:
        items: list[Literal | Value] = []
        changed = False
        for item in right.items:
            if isinstance(item, Literal) and not item.quoted and item.text in self.order:
                changed = True
                self.used.add(item.text)
                items += self.items_of(item.text, self.definitions.lists[item.text].mark)
                if len(items) > MAX_ITEMS:
                    raise trouble("R023", source, item.at, item.length, f"this becomes longer than {MAX_ITEMS:,} items")
            else:
                items.append(item)
        if not changed:
            return right
        if right.bare and len(items) != 1:
            hint = f"write it in brackets: ({right.items[0].text})" if isinstance(right.items[0], Literal) else ""
            raise trouble("R024", source, right.at, right.length, "a list of several items needs brackets here", hint)
        return ListLiteral(tuple(items), right.bare, right.at, right.length)

    def single(self, right: Literal, source: Source) -> Literal | Value:
        """A list's name where one value stands."""
        self.used.add(right.text)
        items = self.items_of(right.text, self.definitions.lists[right.text].mark)
        if len(items) != 1:
            hint = "compare with 'in', or quote it if the word itself is meant"
            raise trouble(
                "R024", source, right.at, right.length, f"'{right.text}' is a list of {len(items)} items, and one value stands here", hint
            )
        return items[0]

    # macros

    def condition(self, source: Source) -> Expr:
        """The expanded tree of a condition; raises BadInput."""
        return self.expand(parse(source.text, source=source), source, ALWAYS)

    def macro(self, macro: Macro) -> Expr:
        """The expanded body of a macro, which sees the macros that were defined before it was last changed."""
        found = self.done.get(macro.name)
        if found is None:
            self.open.append(macro.name)
            try:
                found = self.expand(parse(macro.condition.text, source=macro.condition), macro.condition, macro.visibility)
            except BadInput as error:
                found = error
            self.open.pop()
            self.done[macro.name] = found
        if isinstance(found, BadInput):
            raise found
        return found

    def expand(self, expr: Expr, source: Source, visibility: int) -> Expr:
        if isinstance(expr, (And, Or)):
            children = tuple(self.expand(child, source, visibility) for child in expr.children)
            result: Expr = expr if same(children, expr.children) else type(expr)(children, expr.at, expr.length)
        elif isinstance(expr, Not):
            child = self.expand(expr.child, source, visibility)
            result = expr if child is expr.child else Not(child, expr.at, expr.length)
        elif isinstance(expr, Reference):
            result = self.reference(expr, source, visibility)
        elif isinstance(expr, Check):
            result = self.check(expr, source)
        else:
            return expr
        checks, nesting = self.memory.size(result)
        if checks > MAX_CHECKS or nesting > MAX_NESTING:
            what = f"more than {MAX_CHECKS:,} checks" if checks > MAX_CHECKS else f"more than {MAX_NESTING} levels"
            raise trouble("R023", source, expr.at, expr.length, f"with its macros this has {what}")
        return result if result is expr else self.memory.same(result)

    def reference(self, expr: Reference, source: Source, visibility: int) -> Expr:
        macro = self.definitions.macros.get(expr.name)
        if macro is None or macro.index >= visibility:
            if macro is not None and macro.name not in self.open:
                hint = "a macro can use only macros that stand before it"
            elif macro is not None:
                hint = "a macro cannot contain itself"
            else:
                from difflib import get_close_matches  # only who made a mistake waits for it

                near = get_close_matches(expr.name, self.definitions.macros, 1)
                hint = f"did you mean '{near[0]}'?" if near else ""
            raise trouble("R020", source, expr.at, expr.length, f"unknown macro '{expr.name}'", hint)
        if macro.name in self.open:
            raise trouble("R021", source, expr.at, expr.length, f"macro '{expr.name}' contains itself")
        if len(self.open) > MAX_NESTING:
            raise trouble("R023", source, expr.at, expr.length, f"macros use macros more than {MAX_NESTING} levels deep")
        self.used.add("macro " + expr.name)
        body = self.macro(macro)
        return Expansion(expr.name, body, macro.condition, expr.at, expr.length)

    def check(self, expr: Check, source: Source) -> Check:
        right = expr.right
        if isinstance(right, ListLiteral):
            spliced: Value | None = self.spliced(right, source)
        elif isinstance(right, Literal) and not right.quoted and right.text in self.order:
            spliced = self.single(right, source)
        else:
            return expr
        return expr if spliced is right else Check(expr.left, expr.operator, expr.modifier, spliced, expr.at, expr.length)


class Memory:
    """What was made before, so that the next file finds it again."""

    def __init__(self) -> None:
        self.known: dict[object, Expr] = {}
        self.sizes: dict[int, tuple[Expr, Size]] = {}
        self.parsed: dict[str, Items] = {}

    def same(self, expr: Expr) -> Expr:
        """The object that was made of the same parts before, if there is one. Parts are compared by identity, so this is cheap."""
        if isinstance(expr, (And, Or)):
            key: object = (type(expr), *map(id, expr.children), expr.at, expr.length)
        elif isinstance(expr, Not):
            key = (Not, id(expr.child), expr.at, expr.length)
        elif isinstance(expr, Expansion):
            key = (expr.name, id(expr.body), id(expr.source), expr.at, expr.length)
        elif isinstance(expr, Check) and isinstance(expr.right, ListLiteral):
            key = (id(expr.left), expr.operator, expr.modifier, *map(id, expr.right.items), expr.at, expr.length)
        else:
            return expr
        return self.known.setdefault(key, expr)

    def size(self, expr: Expr) -> Size:
        """How many checks can be reached, and how deep they lie."""
        if isinstance(expr, Check):
            return 1, 1
        known = self.sizes.get(id(expr))
        if known is not None:
            return known[1]
        if isinstance(expr, (And, Or)):
            sizes = [self.size(child) for child in expr.children]
        else:
            sizes = [self.size(expr.child if isinstance(expr, Not) else expr.body)] if isinstance(expr, (Not, Expansion)) else [(1, 0)]
        size = sum(checks for checks, _ in sizes), 1 + max(nesting for _, nesting in sizes)
        self.sizes[id(expr)] = expr, size
        return size

    def item(self, text: str, owner: ListDef) -> Items:
        """What an item's text means in a condition: one value, or several where it holds commas."""
        found = self.parsed.get(text)
        if found is None:
            found = (Literal(text),) if LIST_NAME.fullmatch(text) else items_in(text, owner)
            self.parsed[text] = found
        return found


def items_in(text: str, owner: ListDef) -> Items:
    if not text.strip():
        return ()
    try:
        check = parse(f"evt.type in ({text})")
    except BadInput as error:
        reason = error.problems[0].text
        raise refusal(
            "R025", owner.mark, f"item {text[:60]!r} of list '{owner.name}' cannot stand in a condition: {reason}", "quote it"
        ) from error
    if not isinstance(check, Check) or not isinstance(check.right, ListLiteral):
        raise refusal("R025", owner.mark, f"item {text[:60]!r} of list '{owner.name}' cannot stand in a condition", "quote it")
    return check.right.items


def same(new: tuple[Expr, ...], old: tuple[Expr, ...]) -> bool:
    return all(one is other for one, other in zip(new, old, strict=True))


def trouble(code: str, source: Source, at: int, length: int, text: str, hint: str = "") -> BadInput:
    place, line = source.place(at, length)
    return BadInput([Problem(code, place, text, hint, CODES[code].severity, line)])
