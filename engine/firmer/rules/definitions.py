"""All lists, macros and rules of the files so far, and how a later item changes an earlier one.

Definitions keep the place of their first definition, whatever is done to them later; the order of rules is the order of alerts.
"""

from __future__ import annotations

from firmer.errors import Problem
from firmer.rules import exceptions
from firmer.rules.exceptions import IsField
from firmer.rules.model import ListDef, Macro, Rule, RuleException, RuleUpdate
from firmer.rules.places import Joined, Mark
from firmer.rules.problems import found, refusal

SOURCE = "syscall"  # the one source of events that there is


class Definitions:
    def __init__(self, is_field: IsField) -> None:
        self.lists: dict[str, ListDef] = {}
        self.macros: dict[str, Macro] = {}
        self.rules: dict[str, Rule] = {}
        self.next = 0
        self.is_field = is_field

    def number(self) -> int:
        self.next += 1
        return self.next - 1

    def define_list(self, new: ListDef) -> None:
        new.visibility = self.number()
        old = self.lists.get(new.name)
        new.index = old.index if old else new.visibility
        self.lists[new.name] = new

    def append_list(self, more: ListDef) -> None:
        old = self.lists.get(more.name)
        if old is None:
            raise missing("list", more.name, more.mark)
        # a new one: the old may be part of a result that others hold
        self.lists[more.name] = ListDef(old.name, old.items + more.items, old.mark, old.index, self.number())

    def define_macro(self, new: Macro) -> None:
        new.visibility = self.number()
        old = self.macros.get(new.name)
        new.index = old.index if old else new.visibility
        self.macros[new.name] = new

    def append_macro(self, more: Macro) -> None:
        old = self.macros.get(more.name)
        if old is None:
            raise missing("macro", more.name, more.mark)
        self.macros[more.name] = Macro(old.name, Joined(old.condition, more.condition), old.mark, old.index, self.number())

    def define_rule(self, new: Rule) -> list[Problem]:
        """Define or redefine; returns a warning when the rule is of a source that nothing provides."""
        old = self.rules.get(new.name)
        self.same_source(old, new.source, new.mark)
        known = new.source == SOURCE
        for exception in new.exceptions:
            exceptions.complete(exception, self.is_field if known else None)
        number = self.number()
        new.index = old.index if old else number
        self.rules[new.name] = new
        if known:
            return []
        return [
            found(
                "R058", new.mark, f"rule '{new.name}' is left out: there is no source '{new.source[:40]}' here", f"the source is {SOURCE}"
            )
        ]

    def same_source(self, old: Rule | None, source: str, mark: Mark) -> None:
        if old is not None and source and old.source and source != old.source:
            raise refusal("R022", mark, f"rule '{old.name}' is of source '{old.source}', and cannot be changed to '{source[:40]}'")

    def earlier(self, update: RuleUpdate) -> Rule:
        old = self.rules.get(update.name)
        self.same_source(old, update.source, update.mark)
        if old is None:
            raise missing("rule", update.name, update.mark)
        return old

    def append_rule(self, more: RuleUpdate) -> None:
        rule = self.earlier(more)
        if not more.says_something():
            raise refusal("R017", more.mark, f"nothing is appended to rule '{more.name}'", "give it a condition or exceptions")
        if more.condition is not None:
            rule.condition = Joined(rule.condition, more.condition)
        if more.output is not None:
            rule.output = Joined(rule.output, more.output)
        if more.desc:
            rule.desc += " " + more.desc
        if more.tags is not None:
            rule.tags |= more.tags
        if more.exceptions is not None:
            self.append_exceptions(rule, more.exceptions)
        self.number()

    def append_exceptions(self, rule: Rule, more: list[RuleException]) -> None:
        for new in more:
            old = next((exception for exception in rule.exceptions if exception.name == new.name), None)
            if old is None:
                if new.fields is not None and not new.values:
                    raise refusal("R018", new.mark, f"exception '{new.name}' is new and has no values", "add values: […]")
                exceptions.complete(new, self.is_field if rule.source == SOURCE else None)
                rule.exceptions.append(new)
            elif new.fields is not None or new.comps is not None:
                what = "fields" if new.fields is not None else "comps"
                raise refusal("R018", new.mark, f"exception '{new.name}' exists: only values can be appended to it", f"leave '{what}' out")
            else:
                old.values = old.values + new.values

    def replace_in_rule(self, new: RuleUpdate) -> None:
        rule = self.earlier(new)
        for key in RuleUpdate.KEYS:
            value = getattr(new, key)
            if value is not None:
                setattr(rule, key, value)
        self.number()

    def enable_rule(self, name: str, enabled: bool, mark: Mark) -> None:
        rule = self.rules.get(name)
        if rule is None:
            raise missing("rule", name, mark)
        rule.enabled = enabled

    def rules_in_order(self) -> list[Rule]:
        return sorted(self.rules.values(), key=lambda rule: rule.index)


def missing(kind: str, name: str, mark: Mark) -> Exception:
    return refusal(
        "R016", mark, f"there is no earlier {kind} '{name}' that this could change", "files are read in the order in which they are given"
    )
