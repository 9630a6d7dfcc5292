"""Rules over captures: one capture a process, alerts in a stable order, a report of what was read and what was lost."""

import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import msgspec

from firmer.alert import Alert
from firmer.capture.reader import Reader
from firmer.detect.context import Context, Window
from firmer.detect.pipeline import Pipeline
from firmer.errors import BadCapture
from firmer.rules.ruleset import RuleSet
from firmer.state.state import State


@dataclass(frozen=True, slots=True)
class ContextOptions:
    """Where dumps go and how far they reach."""

    folder: str
    before: Window
    after: Window


@dataclass(slots=True)
class Report:
    """What a replay read, raised and could not do. Reports of several captures add up."""

    events: int = 0
    seconds: float = 0.0
    alerts: int = 0
    by_priority: Counter[str] = field(default_factory=Counter)
    by_rule: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    dumps: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def add(self, other: "Report") -> None:
        self.events += other.events
        self.seconds = max(self.seconds, other.seconds)
        self.alerts += other.alerts
        self.by_priority += other.by_priority
        self.by_rule += other.by_rule
        self.notes += other.notes
        self.dumps += other.dumps
        self.errors += other.errors


Writer = Callable[[Alert], object]
Progress = Callable[[Reader], object]


def replay(
    path: str,
    rules: RuleSet,
    write: Writer,
    context: ContextOptions | None = None,
    progress: Progress | None = None,
) -> Report:
    """Run the rules over one capture; each alert goes to `write`. A damaged capture ends in `Report.errors`, with all before it done."""
    report = Report()
    reader = Reader(path)
    state = State("falco")
    ring = Context(context.folder, context.before, context.after) if context else None

    def sink(alert: Alert) -> None:
        if ring is not None:
            thread = state.thread
            alert.capture, alert.capture_event = ring.alert(pipeline.event, alert.rule, thread.comm if thread else b"")
        report.alerts += 1
        report.by_priority[alert.priority] += 1
        report.by_rule[alert.rule] += 1
        write(alert)

    rules.sink = sink
    pipeline = Pipeline(reader, state, [rules], ring, (lambda: progress(reader)) if progress else None)
    started = time.perf_counter()
    try:
        pipeline.run()
    except BadCapture as error:
        report.errors.append(str(error))
    finally:
        if ring is not None:
            ring.finish()
        rules.sink = None
        reader.close()
    report.seconds = time.perf_counter() - started
    report.events = reader.events
    report.notes.update(reader.notes)
    report.notes.update({name: count for name, count in state.counters.items() if count})
    if ring is not None:
        report.dumps += ring.dumps
        if ring.shortened:
            report.notes["dumps that reach back less than asked (memory limit of the context ring)"] += ring.shortened
    return report


def replay_all(
    paths: Sequence[str],
    rules: RuleSet,
    out: BinaryIO,
    render: Callable[[Alert], bytes],
    context: ContextOptions | None = None,
    progress: Progress | None = None,
    jobs: int = 0,
) -> Report:
    """Replay several captures, `jobs` at a time (0: one a core); their alerts come out in the order of `paths`."""
    jobs = jobs or os.cpu_count() or 1

    def one(path: str, stream: BinaryIO) -> Report:
        return replay(path, rules, lambda alert: stream.write(render(alert)), context, progress)

    total = Report()
    if len(paths) == 1 or jobs == 1 or not hasattr(os, "fork"):
        for path in paths:
            total.add(one(path, out))
        return total
    return in_processes(paths, one, out, jobs)


@dataclass(slots=True)
class Child:
    pid: int
    path: str
    alerts: BinaryIO
    report: BinaryIO


def in_processes(paths: Sequence[str], one: Callable[[str, BinaryIO], Report], out: BinaryIO, jobs: int) -> Report:
    """Fork one process a capture, so that the compiled rules are shared; spool each one's alerts and copy them in order."""
    waiting, total = list(paths), Report()
    running: list[Child] = []
    out.flush()
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                running.append(start(waiting.pop(0), one))
            total.add(collect(running.pop(0), out))
    finally:
        for child in running:
            os.kill(child.pid, 15)
            os.waitpid(child.pid, 0)
    return total


def start(path: str, one: Callable[[str, BinaryIO], Report]) -> Child:
    from tempfile import TemporaryFile  # not needed for one capture, the usual case

    child = Child(0, path, TemporaryFile(), TemporaryFile())  # noqa: SIM115 - collect() closes them
    sys.stdout.flush()
    sys.stderr.flush()
    child.pid = os.fork()
    if child.pid:
        return child
    status = 1
    try:
        report = one(path, child.alerts)
        child.alerts.flush()
        child.report.write(msgspec.json.encode(report))
        child.report.flush()
        status = 0
    except BaseException:  # noqa: BLE001 - the parent learns it from the status; what it was must not vanish with the process
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


def collect(child: Child, out: BinaryIO) -> Report:
    _, status = os.waitpid(child.pid, 0)
    child.alerts.seek(0)
    while piece := child.alerts.read(1 << 20):
        out.write(piece)
    child.report.seek(0)
    text = child.report.read()
    child.alerts.close()
    child.report.close()
    if status or not text:
        return Report(errors=[f"{child.path}: the process that replayed it ended with status {os.waitstatus_to_exitcode(status)}"])
    return msgspec.json.decode(text, type=Report, dec_hook=lambda kind, value: Counter(value))


def exists(path: str) -> bool:
    return path == "-" or Path(path).exists()
