"""`firmer rules`: what rules there are, and whether rule files hold together."""

import json
import sys

import click

from firmer.errors import BadInput
from firmer.rules.bundled import rules_folder
from firmer.rules.load import load_rules
from firmer.rules.model import Rule
from firmer.ui.cli.problems import render


@click.group()
def command() -> None:
    """List rules, or check files of rules."""


@command.command("list", epilog="firmer rules list -r rules/shells.yaml")
@click.option(
    "-r", "--rules", "paths", multiple=True, metavar="PATH", help="rule file or folder; may be repeated  [default: the bundled rules]"
)
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line")
def list_rules(paths: tuple[str, ...], as_json: bool) -> int:
    """List the rules that would be active, by the order in which they are tried."""
    rules = load_rules(paths or [str(rules_folder())]).rules
    for rule in rules:
        print(json.dumps(record(rule)) if as_json else f"{rule.priority_word:13} {rule.name}")
    if not rules:
        print("firmer: no rule is active", file=sys.stderr)
    return 0 if rules else 1


def record(rule: Rule) -> dict[str, object]:
    return {
        "rule": rule.name, "priority": rule.priority_word, "source": rule.source, "tags": sorted(rule.tags), "description": rule.desc,
        "condition": rule.condition.text, "output": rule.output.text,
    }  # fmt: skip


@command.command("check", epilog="firmer rules check rules/")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
def check(paths: tuple[str, ...]) -> int:
    """Say what is wrong in files of rules, taken together in this order.

    The exit status is 1 when there are errors; warnings alone leave it 0.
    """
    try:
        ruleset = load_rules(paths)
    except BadInput as error:
        sys.stdout.write(render(error.problems))
        return 1
    sys.stdout.write(render(ruleset.warnings))
    print(f"{len(ruleset.rules)} rules are active, {len(ruleset.warnings)} warnings")
    return 0
