"""Values of keys, by the kind that the key wants. Whatever does not fit is refused, with its place."""

from __future__ import annotations

from firmer.errors import BadInput, Problem
from firmer.filter.source import Source
from firmer.rules.model import PRIORITIES
from firmer.rules.places import Mark
from firmer.rules.problems import found, refusal
from firmer.rules.yaml_source import Mapping, Node, Scalar, Sequence

WORDS = {"y": True, "yes": True, "true": True, "on": True, "n": False, "no": False, "false": False, "off": False}
MAX_NUMBER = 1 << 32


class Item:
    """One mapping of a rules file, read key by key."""

    def __init__(self, node: Mapping, kind: str, mark: Mark | None = None) -> None:
        self.node = node
        self.kind = kind
        self.mark = mark or node.mark

    def __contains__(self, key: str) -> bool:
        return key in self.node.pairs

    def get(self, key: str) -> Node | None:
        return self.node.pairs.get(key)

    def need(self, key: str) -> Node:
        node = self.get(key)
        if node is None:
            raise refusal("R012", self.mark, f"this {self.kind} has no '{key}'")
        return node

    def scalar(self, key: str) -> Scalar:
        """A text that is not empty."""
        node = self.need(key)
        if not isinstance(node, Scalar):
            raise refusal("R013", node.mark, f"'{key}' must be one text")
        if node.is_null or not node.text:
            raise refusal("R013", node.mark if node.text else self.at_key(key), f"'{key}' is empty")
        return node

    def at_key(self, key: str) -> Mark:
        return self.node.keys[key].mark

    def text(self, key: str) -> str:
        return self.scalar(key).text

    def source(self, key: str) -> Source:
        return self.scalar(key).source()

    def trimmed(self, key: str) -> Source:
        """A text without blanks around it."""
        node = self.scalar(key)
        return trimmed(node)

    def name(self) -> str:
        """The value of the key that tells what the item is; shown to people, so it must be visible."""
        node = self.scalar(self.kind)
        for at, letter in enumerate(node.text):
            if not letter.isprintable():
                place = node.source().place(at, 1)
                raise BadInput(
                    [Problem("R026", place[0], f"the name holds a character that cannot be seen, U+{ord(letter):04X}", source=place[1])]
                )
        return node.text

    def flag(self, key: str) -> bool:
        node = self.scalar(key)
        word = node.text if node.text in {node.text.lower(), node.text.upper(), node.text.capitalize()} else ""
        if word.lower() not in WORDS:
            raise refusal("R014", node.mark, f"'{key}' must be true or false")
        return WORDS[word.lower()]

    def number(self, key: str) -> int:
        node = self.scalar(key)
        if not node.text.isascii() or not node.text.isdigit() or len(node.text) > 10 or int(node.text) >= MAX_NUMBER:
            raise refusal("R014", node.mark, f"'{key}' must be a whole number")
        return int(node.text)

    def texts(self, key: str) -> list[str]:
        """A row of texts, which may be empty."""
        node = self.need(key)
        if not isinstance(node, Sequence):
            raise refusal("R013", node.mark, f"'{key}' must be a list", f"write {key}: […]")
        for item in node.items:
            if not isinstance(item, Scalar) or not (item.text or item.style):
                raise refusal("R013", item.mark, f"every item of '{key}' must be one text")
        return [item.text for item in node.items if isinstance(item, Scalar)]

    def priority(self) -> int:
        node = self.scalar("priority")
        name = node.text.lower()
        name = "informational" if name == "info" else name
        if name not in PRIORITIES:
            raise refusal("R014", node.mark, f"'{node.text[:40]}' is no priority", "one of " + ", ".join(PRIORITIES))
        return PRIORITIES.index(name)

    def odd_keys(self, known: tuple[str, ...]) -> list[Problem]:
        """Warnings of keys that nobody reads, and of keys that stand there twice."""
        problems = []
        for key, scalar in self.node.keys.items():
            if key not in known:
                from difflib import get_close_matches  # only who made a mistake waits for it

                near = get_close_matches(key, known, 1)
                hint = f"did you mean '{near[0]}'?" if near else ""
                problems.append(found("R051", scalar.mark, f"unknown key '{key[:40]}' of a {self.kind} is left out", hint))
        for scalar in self.node.twice:
            problems.append(found("R052", scalar.mark, f"'{scalar.text[:40]}' stands here a second time; the first one counts"))
        return problems


def trimmed(node: Scalar) -> Source:
    """The text of a scalar without the blanks around it; places stay right."""
    source = node.source()
    text = node.text.strip(" \t\r\n\f\v")
    if text == node.text:
        return source
    cut = node.text.find(text)
    positions = source.positions
    source.text = text
    source.positions = positions[cut : cut + len(text) + 1]
    return source
