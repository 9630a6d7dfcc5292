"""`firmer demo`: the bundled attack, replayed with the bundled rules."""

import os
import sys
from pathlib import Path

import click

from firmer.alert import Alert
from firmer.authoring.demo import CAPTURE
from firmer.detect.replay import replay
from firmer.rules.bundled import rules_folder
from firmer.rules.load import load_rules

INTRODUCTION = """\
A shop's web server: visitors, a log rotation, a login, an update, and among them a break-in. It was staged in namespaces of its own, and
recorded live by firmer's probe: {events:,} system call events, replayed with {rules} rules.
"""
EXPLANATION = """\
What you have seen
  A page of the shop runs what a visitor sends: the web application starts a shell, looks around, then fetches a program into
  /tmp, makes it executable and runs it. The program opens a shell whose input and output are a connection to the attacker. Over
  it they become root with a forgotten sudo rule, read the password hashes, install a job that brings the program back every
  five minutes, step into a container, read its cloud credentials and speak to the container runtime from inside.
  What looks alike and is harmless raised nothing: cron's shell, sshd reading the password hashes, the package manager
  installing a job, the health check's shell in the container.

Next
  firmer rules list
      what the bundled rules are
  firmer replay --json -r {rules} {capture}
      the same alerts for a machine
  firmer replay -r {rules} --dump evidence {capture}
      and what happened around each, as captures that sysdig opens
"""


@click.command(epilog="firmer demo")
def command() -> int:
    """Replay a bundled attack with the bundled rules, and say what it was.

    Needs no root and no network.
    """
    folder = rules_folder()
    rules = load_rules([str(folder)])
    lines: list[bytes] = []
    report = replay(str(CAPTURE), rules, lambda alert: lines.append(Alert.text_line(alert)))
    print(INTRODUCTION.format(events=report.events, rules=len(rules.rules)), flush=True)
    sys.stdout.buffer.write(b"".join(lines))
    print(f"\n{report.alerts} alerts of {len(report.by_rule)} rules.\n")
    print(EXPLANATION.format(rules=near(folder), capture=near(CAPTURE)), end="")
    for error in report.errors:
        print(f"firmer: {error}", file=sys.stderr)
    return 1 if report.errors or not report.alerts else 0


def near(path: Path) -> str:
    """The path as one would type it here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
