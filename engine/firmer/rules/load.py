"""Rules files by their paths to a rule set that is ready to run."""

from __future__ import annotations

import os
from collections.abc import Sequence

from firmer.errors import Problem, UsageError
from firmer.rules.append import AppendOutput, read_append_output
from firmer.rules.loader import Loader
from firmer.rules.model import PRIORITIES
from firmer.rules.places import YamlFile
from firmer.rules.ruleset import RuleSet
from firmer.rules.yaml_source import documents

SUFFIXES = (".yaml", ".yml")


def load_rules(
    paths: Sequence[str], *, rule_matching: str = "first", priority: str = "debug", options: Sequence[str] = (), hostname: str | None = None
) -> RuleSet:
    """The rule set of these files, in their order; a folder stands for the YAML files in it, by name.

    rule_matching  "first": an event raises the alert of the first rule that matches; "all": of each
    priority       rules of less urgency are checked, and then left out
    options        keys of Falco's configuration, KEY=VALUE; here append_output only
    raises         BadInput with all errors of the first file that has any; UsageError
    """
    if rule_matching not in {"first", "all"}:
        raise UsageError(f"'{rule_matching}' is no rule matching; it is first or all")
    least = urgency(priority)
    loader = Loader(append_entries(options))
    for path in rule_files(paths):
        loader.load(path)
    ready = [each for each in loader.ready if each.rule.enabled and each.rule.priority <= least]
    return RuleSet(ready, first=rule_matching == "first", warnings=warnings_of(loader), hostname=hostname)


def warnings_of(loader: Loader) -> list[Problem]:
    return [problem for problem in loader.problems if problem.severity == "warning"] + loader.unused


def urgency(name: str) -> int:
    """0 for emergency … 7 for debug; raises UsageError."""
    word = {"info": "informational", "warn": "warning"}.get(name.lower(), name.lower())
    if word not in PRIORITIES:
        raise UsageError(f"'{name}' is no priority; the priorities are {', '.join(PRIORITIES)}")
    return PRIORITIES.index(word)


def rule_files(paths: Sequence[str]) -> list[str]:
    """The files that the paths stand for, each once."""
    files: list[str] = []
    for name in paths:
        if os.path.isdir(name):
            inside = sorted(
                os.path.join(name, each)
                for each in os.listdir(name)
                if each.endswith(SUFFIXES) and not each.startswith(".") and os.path.isfile(os.path.join(name, each))
            )
            if not inside:
                raise UsageError(f"{name}: no rules files (*.yaml) in this folder")
            files += inside
        else:
            files.append(name)
    return list(dict.fromkeys(files))


def append_entries(options: Sequence[str]) -> list[AppendOutput]:
    """What `-o append_output=[…]` and `-o append_output[]={…}` ask for; raises BadInput or UsageError."""
    entries: list[AppendOutput] = []
    for option in options:
        key, equals, value = option.partition("=")
        if not equals or key not in {"append_output", "append_output[]"}:
            raise UsageError(f"-o {option}: unknown; write -o 'append_output=[{{suggested_output: true}}]'")
        (node,) = documents(YamlFile(f"-o {key}", f"[{value}]" if key.endswith("[]") else value)) or [None]
        if node is not None:
            entries += read_append_output(node)
    return entries
