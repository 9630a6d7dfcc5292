"""`append_output`: what the configuration adds to the outputs of rules, before they are compiled.

append_output:
  - match: {source: syscall, rule: NAME, tags: [a, b]}     all that are given must fit
    extra_output: "on %fd.name"                            behind the rule's own text
    extra_fields: [proc.exe, {who: "%user.name"}]          in output_fields only
    suggested_output: true                                 the container's name and image, as Falco's container plugin suggests
"""

from __future__ import annotations

from firmer.filter.source import Source
from firmer.record import record
from firmer.rules.model import Rule
from firmer.rules.places import Joined, Made, Mark
from firmer.rules.problems import refusal
from firmer.rules.values import Item
from firmer.rules.yaml_source import Mapping, Node, Scalar, Sequence

SUGGESTED = ("container.id", "container.name", "container.image.repository", "container.image.tag", "k8s.pod.name", "k8s.ns.name")
KEYS = ("match", "extra_output", "extra_fields", "suggested_output")


@record(frozen=True, slots=True)
class AppendOutput:
    """One entry. `fields` are (key, text, raw): the value of a field, or a text made of fields."""

    mark: Mark
    source: str = ""
    rule: str = ""
    tags: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()
    fields: tuple[tuple[str, str, bool], ...] = ()

    def fits(self, rule: Rule) -> bool:
        return self.source in {"", rule.source} and self.rule in {"", rule.name} and self.tags <= rule.tags


class Appended:
    """A rule's output with all that is appended to it."""

    def __init__(self, rule: Rule, entries: list[AppendOutput]) -> None:
        self.rule = rule
        self.output: Source = rule.output
        self.fields: list[tuple[str, str, bool]] = []
        for each in entries:
            if each.fits(rule):
                for text in each.texts:
                    self.output = Joined(self.output, Made(text, each.mark))
                self.fields += each.fields


def read_append_output(node: Node) -> list[AppendOutput]:
    """The entries of `append_output`; raises BadInput."""
    if not isinstance(node, Sequence):
        raise refusal("R013", node.mark, "'append_output' must be a list", "write append_output=[{suggested_output: true}]")
    return [read_entry(child) for child in node.items]


def read_entry(node: Node) -> AppendOutput:
    if not isinstance(node, Mapping):
        raise refusal("R011", node.mark, "an entry of 'append_output' must be a mapping")
    item = Item(node, "entry of append_output")
    for key, scalar in node.keys.items():
        if key not in KEYS:
            raise refusal("R013", scalar.mark, f"unknown key '{key[:40]}' of append_output", "known: " + ", ".join(KEYS))
    texts = [item.text("extra_output")] if "extra_output" in item else []
    if "suggested_output" in item and item.flag("suggested_output"):
        texts += [f"{name.replace('.', '_')}=%{name}" for name in SUGGESTED]
    source = rule = ""
    tags: frozenset[str] = frozenset()
    match = item.get("match")
    if match is not None:
        if not isinstance(match, Mapping):
            raise refusal("R011", match.mark, "'match' must be a mapping")
        wanted = Item(match, "match")
        source = wanted.text("source") if "source" in wanted else ""
        rule = wanted.text("rule") if "rule" in wanted else ""
        tags = frozenset(wanted.texts("tags")) if "tags" in wanted else tags
    return AppendOutput(node.mark, source, rule, tags, tuple(texts), tuple(read_fields(item)))


def read_fields(item: Item) -> list[tuple[str, str, bool]]:
    node = item.get("extra_fields")
    if node is None:
        return []
    if not isinstance(node, Sequence):
        raise refusal("R013", node.mark, "'extra_fields' must be a list")
    fields: list[tuple[str, str, bool]] = []
    for child in node.items:
        if isinstance(child, Scalar) and child.text:
            new = child.text, child.text, True
        elif isinstance(child, Mapping) and len(child.pairs) == 1:
            (key,) = child.pairs
            new = key, Item(child, "extra field").text(key), False
        else:
            raise refusal("R013", child.mark, "an extra field is a field's name, or one 'name: text'")
        if any(new[0] == key for key, _, _ in fields):
            raise refusal("R013", child.mark, f"'{new[0][:40]}' stands here twice")
        fields.append(new)
    return fields
