"""YAML as rules files need it: fast, with places, and safe against files that were made to hurt.

libyaml's events become nodes here, without PyYAML's composer (which recurses and ends in a segmentation fault 30,000 levels down) and without its
resolver (every scalar stays the text that was written; a plain `=` or `no` or `0777` is nothing special). The first of two equal keys counts, as
in Falco. Merge keys are plain keys.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

import yaml

from firmer.record import field, record
from firmer.rules.places import Mark, Written, YamlFile
from firmer.rules.problems import refusal, unreadable

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import Any

MAX_BYTES = 16 << 20
MAX_DEPTH = 64
MAX_NODES = 500_000  # after aliases have been followed; the three stock files have 8,000
MAX_KEY = 1024
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
CORE_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "bool", "float", "null", "seq", "map")
) | {"!"}  # fmt: skip


@record(slots=True)
class Scalar:
    text: str
    style: str  # "" plain, else the character that began it
    mark: Mark
    end: int

    @property
    def is_null(self) -> bool:
        return not self.style and self.text in NULLS

    def source(self) -> Written:
        return Written(self.text, self.mark.file, self.style, self.mark.at, self.end)


@record(slots=True)
class Sequence:
    mark: Mark
    items: list[Node] = field(default_factory=list)


@record(slots=True)
class Mapping:
    mark: Mark
    pairs: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Scalar] = field(default_factory=dict)
    twice: list[Scalar] = field(default_factory=list)


Node = Scalar | Sequence | Mapping


@record(slots=True)
class Open:
    """A collection that has begun and not ended."""

    node: Sequence | Mapping
    anchor: str | None
    count_before: int
    key: Scalar | None = None
    skipped: bool = False  # the key stood there before: its value goes nowhere


def read_file(path: str) -> YamlFile:
    """The text of a rules file; raises BadInput when it is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise unreadable(path, "is no regular file")
            content = b"".join(chunks(descriptor))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise unreadable(path, f"cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise unreadable(path, f"is larger than {MAX_BYTES >> 20} MiB")
    return decoded(path, content)


def chunks(descriptor: int) -> Iterator[bytes]:
    """What the file holds, up to one byte more than is allowed."""
    left = MAX_BYTES + 1
    while left > 0 and (chunk := os.read(descriptor, left)):
        left -= len(chunk)
        yield chunk


def decoded(path: str, content: bytes) -> YamlFile:
    try:
        return YamlFile(path, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = YamlFile(path, content[: error.start].decode("utf-8-sig", "replace"))
        hint = "save it as UTF-8" if content[:2] in (b"\xff\xfe", b"\xfe\xff") or error.start else ""
        raise refusal("R001", Mark(before, len(before.text)), f"byte {error.start} is not UTF-8", hint) from error


def documents(file: YamlFile) -> list[Node | None]:
    """The documents of a file, None for an empty one; raises BadInput."""
    try:
        return Builder(file).build(events_of(file.text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        context = f"{error.context}, " if error.context else ""
        at = mark.index if mark else 0
        hint = "tabs cannot indent in YAML" if "\t" in file.shown(at)[1] else ""
        raise refusal("R001", Mark(file, at), f"not YAML: {context}{error.problem}", hint) from error
    except yaml.reader.ReaderError as error:
        raise refusal("R001", Mark(file, bad_character(file.text)), f"not YAML: {error.reason}") from error


def events_of(text: str) -> Iterator[Any]:
    """`yaml.parse` without its question before each event whether there is one."""
    parser = yaml.CSafeLoader(text)
    while (event := parser.get_event()) is not None:
        yield event


def bad_character(text: str) -> int:
    """Where the first character is that YAML does not allow; libyaml tells it in bytes or not at all."""
    match = yaml.reader.Reader.NON_PRINTABLE.search(text)
    return match.start() if match else 0


class Builder:
    """Nodes from events, with limits. Keeps its own stack."""

    def __init__(self, file: YamlFile) -> None:
        self.file = file
        self.count = 0
        self.anchors: dict[str, tuple[Node, int] | None] = {}  # None while it is open
        self.stack: list[Open] = []
        self.root: Node | None = None

    def build(self, events: Iterator[Any]) -> list[Node | None]:
        found: list[Node | None] = []
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self.scalar(event)
            elif kind is yaml.AliasEvent:
                self.alias(event)
            elif kind is yaml.SequenceStartEvent:
                self.begin(event, Sequence(Mark(self.file, event.start_mark.index)))
            elif kind is yaml.MappingStartEvent:
                self.begin(event, Mapping(Mark(self.file, event.start_mark.index)))
            elif kind is yaml.SequenceEndEvent or kind is yaml.MappingEndEvent:
                self.end()
            elif kind is yaml.DocumentStartEvent:
                self.root = None
                self.anchors.clear()
            elif kind is yaml.DocumentEndEvent:
                empty = isinstance(self.root, Scalar) and self.root.is_null
                found.append(None if empty else self.root)
        return found

    def scalar(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        node = Scalar(event.value, event.style or "", Mark(self.file, start, max(1, end - start)), end)
        self.check_tag(event, node.mark)
        self.add(node)
        if event.anchor:
            self.anchors[event.anchor] = node, 1

    def begin(self, event: Any, node: Sequence | Mapping) -> None:
        self.check_tag(event, node.mark)
        if len(self.stack) >= MAX_DEPTH:
            raise refusal("R003", node.mark, f"nested deeper than {MAX_DEPTH}")
        if event.anchor:
            self.anchors[event.anchor] = None
        self.stack.append(Open(node, event.anchor, self.count))

    def end(self) -> None:
        done = self.stack.pop()
        if done.anchor:
            self.anchors[done.anchor] = done.node, self.count - done.count_before + 1
        self.add(done.node)

    def alias(self, event: Any) -> None:
        mark = Mark(self.file, event.start_mark.index, len(event.anchor) + 1)
        if event.anchor not in self.anchors:
            raise refusal("R001", mark, f"not YAML: nothing is named '&{event.anchor}'")
        known = self.anchors[event.anchor]
        if known is None:
            raise refusal("R003", mark, f"'&{event.anchor}' contains itself")
        node, count = known
        self.count += count - 1
        self.add(node)

    def add(self, node: Node) -> None:
        self.count += 1
        if self.count > MAX_NODES:
            raise refusal("R003", node.mark, f"more than {MAX_NODES:,} values, aliases followed")
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if isinstance(parent.node, Sequence):
            parent.node.items.append(node)
        elif parent.key is None:
            self.key(parent, node)
        else:
            if not parent.skipped:
                parent.node.pairs[parent.key.text] = node
            parent.key = None

    def key(self, parent: Open, node: Node) -> None:
        assert isinstance(parent.node, Mapping)
        if not isinstance(node, Scalar):
            raise refusal("R001", node.mark, "a key must be a text")
        if len(node.text) > MAX_KEY:
            raise refusal("R003", node.mark, f"a key of more than {MAX_KEY} characters")
        parent.key = node
        parent.skipped = node.text in parent.node.keys
        if parent.skipped:
            parent.node.twice.append(node)
        else:
            parent.node.keys[node.text] = node

    def check_tag(self, event: Any, mark: Mark) -> None:
        if event.tag and event.tag not in CORE_TAGS:
            raise refusal("R001", mark, f"tag '{event.tag[:60]}' is not known here", "leave the tag out")
