"""One top-level item of a rules file: what it is, what it says, and handing that to the definitions."""

from __future__ import annotations

import re

from firmer.errors import BadInput, Problem
from firmer.rules.definitions import SOURCE, Definitions
from firmer.rules.exceptions import read_exceptions
from firmer.rules.model import ListDef, Macro, Rule, RuleUpdate
from firmer.rules.override import RULE_APPEND, RULE_REPLACE, Override, check_named, read_override
from firmer.rules.problems import found, refusal
from firmer.rules.requirements import check_engine, check_plugins
from firmer.rules.values import Item
from firmer.rules.yaml_source import Mapping, Node, Scalar, Sequence

MACRO_NAME = re.compile(r"[a-zA-Z]+[a-zA-Z0-9_]*")
LIST_NAME = re.compile(r"[^()\"'\s=,]+")
NEEDED = ("condition", "output", "desc", "priority")
RULE_KEYS = (
    "rule", *NEEDED, "source", "enabled", "capture", "capture_duration", "warn_evttypes", "skip-if-unknown-filter", "tags", "exceptions",
    "override", "append",
)  # fmt: skip


class Reader:
    """Reads items into the definitions; what is wrong with one item keeps none of the others from being read."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.problems: list[Problem] = []
        self.kinds = {
            "required_engine_version": self.read_engine,
            "required_plugin_versions": self.read_plugins,
            "list": self.read_list,
            "macro": self.read_macro,
            "rule": self.read_rule,
        }

    def read_document(self, document: Node) -> None:
        if not isinstance(document, Sequence):
            what = "a mapping" if isinstance(document, Mapping) else "a text"
            self.problems.append(found("R010", document.mark, f"a rules file is a list of items, not {what}", "begin each item with '- '"))
            return
        for item in document.items:
            try:
                self.read_item(item)
            except BadInput as error:
                self.problems += error.problems

    def read_item(self, node: Node) -> None:
        if isinstance(node, Scalar) and node.is_null:
            return
        if not isinstance(node, Mapping):
            raise refusal("R011", node.mark, "each item must be a mapping", "write - rule: NAME")
        for kind, read in self.kinds.items():
            if kind in node.pairs:
                read(Item(node, kind))
                return
        first = next(iter(node.pairs), "")
        self.problems.append(
            found("R050", node.mark, f"an item that begins with '{first[:40]}' is left out", "known: " + ", ".join(self.kinds))
        )

    def read_engine(self, item: Item) -> None:
        check_engine(item)
        self.problems += item.odd_keys(("required_engine_version",))

    def read_plugins(self, item: Item) -> None:
        self.problems += check_plugins(item)
        self.problems += item.odd_keys(("required_plugin_versions",))

    def read_list(self, item: Item) -> None:
        name = item.name()
        if not LIST_NAME.fullmatch(name):
            self.problems.append(found("R055", item.mark, f"no condition can name the list '{name}'", "use letters, digits, '_'"))
        new = ListDef(name, item.texts("items"), item.mark)
        append, override = self.appended(item, frozenset({"items"}))
        if append or override.append:
            self.definitions.append_list(new)
        else:
            self.definitions.define_list(new)
        self.problems += item.odd_keys(("list", "items", "append", "override"))

    def read_macro(self, item: Item) -> None:
        name = item.name()
        if not MACRO_NAME.fullmatch(name):
            self.problems.append(found("R054", item.mark, f"no condition can name the macro '{name}'", "use letters, digits, '_'"))
        new = Macro(name, item.source("condition"), item.mark)
        append, override = self.appended(item, frozenset({"condition"}))
        if append or override.append:
            self.definitions.append_macro(new)
        else:
            self.definitions.define_macro(new)
        self.problems += item.odd_keys(("macro", "condition", "append", "override"))

    def appended(self, item: Item, append: frozenset[str], replace: frozenset[str] | None = None) -> tuple[bool, Override]:
        """The item's `append` flag and its `override`; it cannot have both."""
        flag = "append" in item and item.flag("append")
        if flag:
            self.problems.append(
                found("R053", item.at_key("append"), "'append: true' is the old form", "write override: {condition: append}")
            )
        override = read_override(item, append, append if replace is None else replace)
        if flag and override:
            raise refusal("R015", item.at_key("append"), "'append' and 'override' cannot stand together", "leave 'append' out")
        return flag, override

    def read_rule(self, item: Item) -> None:
        name = item.name()
        flag, override = self.appended(item, RULE_APPEND, RULE_REPLACE)
        if override:
            check_named(item, override)
            if override.append:
                self.definitions.append_rule(self.update(item, name, override.append, True))
            if override.replace:
                self.definitions.replace_in_rule(self.update(item, name, override.replace, False))
        elif flag:
            keys = {key for key in ("condition", "exceptions") if key in item}
            self.definitions.append_rule(self.update(item, name, keys, True))
        elif any(key in item for key in NEEDED):
            self.problems += self.definitions.define_rule(self.whole_rule(item, name))
        else:
            enabled = item.flag("enabled")
            self.problems.append(
                found("R053", item.at_key("enabled"), "'enabled' alone is the old form", "add override: {enabled: replace}")
            )
            self.definitions.enable_rule(name, enabled, item.mark)
        self.problems += item.odd_keys(RULE_KEYS)

    def whole_rule(self, item: Item, name: str) -> Rule:
        return Rule(
            name=name,
            condition=item.source("condition"),
            output=item.trimmed("output"),
            desc=item.text("desc"),
            priority=item.priority(),
            mark=item.mark,
            source=self.source_of(item) or SOURCE,
            enabled=item.flag("enabled") if "enabled" in item else True,
            capture=item.flag("capture") if "capture" in item else False,
            capture_duration=item.number("capture_duration") if "capture_duration" in item else 0,
            warn_evttypes=item.flag("warn_evttypes") if "warn_evttypes" in item else True,
            skip_if_unknown_filter=item.flag("skip-if-unknown-filter") if "skip-if-unknown-filter" in item else False,
            tags=set(item.texts("tags")) if "tags" in item else set(),
            exceptions=read_exceptions(item, False, self.problems),
        )

    def source_of(self, item: Item) -> str:
        node = item.get("source")
        if node is None or (isinstance(node, Scalar) and not node.text):
            return ""
        return item.text("source")

    def update(self, item: Item, name: str, keys: set[str], append: bool) -> RuleUpdate:
        """What the item says for these keys."""
        new = RuleUpdate(name, item.mark, self.source_of(item))
        for key in keys:
            if key in {"condition", "output"}:
                setattr(new, key, item.source(key))
            elif key in {"enabled", "capture", "warn_evttypes", "skip-if-unknown-filter"}:
                setattr(new, key.replace("-", "_"), item.flag(key))
        if "desc" in keys:
            new.desc = item.text("desc")
        if "priority" in keys:
            new.priority = item.priority()
        if "capture_duration" in keys:
            new.capture_duration = item.number("capture_duration")
        if "tags" in keys:
            new.tags = set(item.texts("tags"))
        if "exceptions" in keys:
            new.exceptions = read_exceptions(item, append, self.problems)
        return new
