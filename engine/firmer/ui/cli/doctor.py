"""`firmer doctor`: what this host has and lacks for watching it live."""

import json
import sys
from dataclasses import asdict

import click

from firmer.live.doctor import FAIL, Check, examine
from firmer.rules.bundled import rules_folder
from firmer.rules.load import load_rules
from firmer.ui.cli.problems import visible

WIDTH = 12  # of the names
COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


def shown(check: Check, coloured: bool) -> str:
    """The line, and below it the mend. What others said is escaped."""
    status = click.style(f"{check.status:4}", COLOURS[check.status]) if coloured else f"{check.status:4}"
    lines = [f"{status}  {check.name:{WIDTH}}  {visible(check.text)}".rstrip()]
    if check.mend:
        lines.append(f"{'':6}{'':{WIDTH}}  mend: {visible(check.mend)}")
    return "\n".join(lines)


@click.command(epilog="firmer doctor")
@click.option(
    "-r", "--rules", "paths", multiple=True, metavar="PATH", help="rule file or folder; may be repeated  [default: the bundled rules]"
)
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line")
def command(paths: tuple[str, ...], as_json: bool) -> int:
    """Say what this host has and lacks for watching it live, and how to mend it.

    The last checks load the probe, and look at nothing but a process that they start. Exit status 1: it cannot be watched.
    """
    rules = load_rules(paths or (str(rules_folder()),))
    failed = False
    for check in examine(rules.wanted):
        failed |= check.status == FAIL
        print(json.dumps(asdict(check)) if as_json else shown(check, sys.stdout.isatty()), flush=True)
    return 1 if failed else 0
