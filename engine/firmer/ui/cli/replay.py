"""`firmer replay`: rules over captures."""

import os
import sys
from collections.abc import Callable, Sequence

from firmer.alert import PRIORITIES
from firmer.capture.reader import Reader
from firmer.detect.context import DEFAULT_LARGEST_BYTES, Window
from firmer.detect.replay import ContextOptions, Report, exists, replay_all
from firmer.errors import UsageError
from firmer.rules.load import load_rules
from firmer.ui.cli.options import Command, Option
from firmer.ui.cli.problems import visible

SHOWN_DUMPS = 20  # named in the summary; each alert's JSON names its own
LONG_CAPTURE_BYTES = 32 << 20  # from here on a terminal shows progress


def replay(
    captures: Sequence[str],
    rules: Sequence[str],
    json: bool,
    rule_matching: str,
    priority: str,
    dump: str | None,
    before: Window,
    after: Window,
    dump_size: int,
    fail_on: str | None,
    jobs: int | None,
    option: Sequence[str],
    follow: bool,
    quiet: bool,
) -> int:
    """Run rules over captures and print the alerts.

    Alerts go to standard output, the summary to standard error. The exit status is 0 whether or not alerts were raised.
    """
    for path in captures:
        if not exists(path):
            raise UsageError(f"{path}: no such capture; name a file, or - for standard input")
    if follow and len(captures) > 1:
        raise UsageError("--follow takes one capture: the alerts of a second one would wait for ever")
    least = urgency(fail_on) if fail_on else None
    ruleset = load_rules(rules, rule_matching=rule_matching, priority=priority, options=option)
    context = ContextOptions(dump, before, after, dump_size) if dump else None
    out = sys.stdout.buffer
    try:
        with Progress(captures) as progress:
            report = replay_all(captures, ruleset, out, "json" if json else "text", context, progress.show, jobs or 0, follow)
    finally:
        out.flush()  # also when interrupted: what was raised was raised
    if not quiet:
        print_summary(report)
    for error in report.errors:
        print(f"firmer: {visible(error)}", file=sys.stderr)
    if report.errors:
        return 1
    return int(least is not None and any(urgency(name) <= least for name in report.by_priority))


def megabytes(text: str) -> int:
    """Bytes. Raises ValueError."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 1 << 30:
        raise ValueError(f"'{text}' is no number of megabytes")
    return int(text) << 20


command = Command(
    "replay",
    "captures",
    (
        Option("-r --rules", "rule file or folder; may be repeated", "PATH", many=True, required=True),
        Option("--json", "one alert a line as JSON, in Falco's shape"),
        Option("--rule-matching", "rules that may fire for one event", default="first", choices=("first", "all")),
        Option("--priority", "least priority of rules to load", "LEVEL", default="debug"),
        Option("--dump", "write a capture of what happened around each alert into this folder", "DIR"),
        Option("--before", "with --dump: time or events before the alert", "30S|N", default="30s", take=Window.parse),
        Option("--after", "with --dump: time or events after the alert", "30S|N", default="10s", take=Window.parse),
        Option(
            "--dump-size",
            "with --dump: events of one capture; another one goes on",
            "MB",
            default=f"{DEFAULT_LARGEST_BYTES >> 20}",
            take=megabytes,
        ),
        Option("--fail-on", "exit with 1 when an alert of this priority or a more urgent one was raised", "LEVEL"),
        Option("--jobs", "captures replayed at the same time  [default: one a core]", "INTEGER", take=int),
        Option("-o --option", "a key of Falco's configuration, e.g. append_output=[…]", "KEY=VALUE", many=True),
        Option("--follow", "wait for more where the capture ends; an interrupt (Ctrl-C) is the end"),
        Option("-q --quiet", "no summary"),
    ),
    replay,
    "firmer replay -r rules/ --dump evidence --before 30s attack.scap",
)


def urgency(level: str) -> int:
    """0 for emergency … 7 for debug. Raises UsageError."""
    names = [name.lower() for name in PRIORITIES]
    wanted = {"info": "informational", "warn": "warning"}.get(level.lower(), level.lower())
    if wanted not in names:
        raise UsageError(f"'{level}' is no priority; the priorities are {', '.join(names)}")
    return names.index(wanted)


def print_summary(report: Report) -> None:
    rate = f", {report.events / report.seconds:,.0f} events/s" if report.seconds else ""
    lines = [f"{report.events:,} events, {report.alerts:,} alerts{rate}"]
    lines += [f"  {name}: {report.by_priority[name]:,}" for name in PRIORITIES if name in report.by_priority]
    lines += [f"    {rule}: {count:,}" for rule, count in report.by_rule.most_common()]
    if report.dumps:
        lines.append(f"{len(report.dumps):,} captures of what happened around the alerts:")
        lines += [f"  {path}" for path in report.dumps[:SHOWN_DUMPS]]
        if len(report.dumps) > SHOWN_DUMPS:
            lines.append(f"  and {len(report.dumps) - SHOWN_DUMPS:,} more there")
    if report.notes:
        lines.append("Lost, odd or unreadable:")
        lines += [f"  {note}: {count:,}" for note, count in sorted(report.notes.items())]
    print("\n".join(map(visible, lines)), file=sys.stderr)


class Progress:
    """A bar on a terminal for one capture that takes a while; nothing elsewhere."""

    def __init__(self, captures: Sequence[str]) -> None:
        size = os.path.getsize(captures[0]) if len(captures) == 1 and os.path.isfile(captures[0]) else 0
        self.wanted = sys.stderr.isatty() and size >= LONG_CAPTURE_BYTES
        self.show: Callable[[Reader], object] | None = self.update if self.wanted else None

    def __enter__(self) -> "Progress":
        if self.wanted:
            from rich.console import Console
            from rich.progress import BarColumn, TaskProgressColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            console = Console(stderr=True)
            self.bar = Bar("replaying", BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), console=console, transient=True)
            self.task = self.bar.add_task("replaying")
            self.bar.start()
        return self

    def update(self, reader: Reader) -> None:
        self.bar.update(self.task, total=reader.size, completed=reader.position)

    def __exit__(self, *failure: object) -> None:
        if self.wanted:
            self.bar.stop()
