"""`override`: which keys of a later item replace, which append to those of an earlier one."""

from __future__ import annotations

from firmer.record import field, record
from firmer.rules.problems import refusal
from firmer.rules.values import Item
from firmer.rules.yaml_source import Mapping, Scalar

RULE_APPEND = frozenset({"condition", "output", "desc", "tags", "exceptions"})
RULE_REPLACE = RULE_APPEND | {"priority", "capture", "capture_duration", "enabled", "warn_evttypes", "skip-if-unknown-filter"}


@record(slots=True)
class Override:
    append: set[str] = field(default_factory=set)
    replace: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.append or self.replace)


def read_override(item: Item, appendable: frozenset[str], replaceable: frozenset[str]) -> Override:
    """What the item's `override` says; raises BadInput where it asks for what cannot be."""
    override = Override()
    node = item.get("override")
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return override
    if not isinstance(node, Mapping):
        raise refusal("R013", node.mark, "'override' must be a mapping of keys to 'append' or 'replace'")
    for key, value in node.pairs.items():
        operation = value.text if isinstance(value, Scalar) else ""
        if operation not in {"append", "replace"}:
            raise refusal("R015", value.mark, f"'{operation[:40]}' is nothing that 'override' can do", "append or replace")
        if operation == "append" and key not in appendable:
            hint = "use replace" if key in replaceable else "one of " + ", ".join(sorted(appendable))
            raise refusal("R015", node.keys[key].mark, f"nothing can be appended to '{key[:40]}'", hint)
        if operation == "replace" and key not in replaceable:
            raise refusal("R015", node.keys[key].mark, f"'{key[:40]}' cannot be replaced", "one of " + ", ".join(sorted(replaceable)))
        (override.append if operation == "append" else override.replace).add(key)
    return override


def check_named(item: Item, override: Override) -> None:
    """Every key that is overridden must be there, and every key that is there must be overridden."""
    for operation, keys in (("append", override.append), ("replace", override.replace)):
        for key in sorted(keys):
            if key not in item:
                raise refusal("R015", item.mark, f"'override' says to {operation} '{key}', but there is no '{key}' here")
    for key in item.node.pairs:
        if key in RULE_REPLACE and key not in override.append | override.replace:
            raise refusal("R015", item.node.pairs[key].mark, f"'{key}' stands here, but 'override' does not name it", f"add {key}: replace")
