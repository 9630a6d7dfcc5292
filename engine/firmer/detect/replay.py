"""Rules over captures: one capture a process, alerts in a stable order, a report of what was read and what was lost."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence

from firmer.alert import Alert
from firmer.capture.reader import Reader
from firmer.detect.context import DEFAULT_LARGEST_BYTES, Context, Window, prepare
from firmer.detect.pipeline import Pipeline
from firmer.errors import BadCapture
from firmer.outputs.lines import Lines
from firmer.record import field, record
from firmer.rules.ruleset import RuleSet
from firmer.state.state import State

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import BinaryIO

    from firmer.outputs.lines import Form


@record(frozen=True, slots=True)
class ContextOptions:
    """Where dumps go and how far they reach."""

    folder: str
    before: Window
    after: Window
    largest_bytes: int = DEFAULT_LARGEST_BYTES


@record(slots=True)
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

    def add(self, other: Report) -> None:
        self.events += other.events
        self.seconds += other.seconds
        self.alerts += other.alerts
        self.by_priority += other.by_priority
        self.by_rule += other.by_rule
        self.notes += other.notes
        self.dumps += other.dumps
        self.errors += other.errors

    def count(self, alert: Alert) -> None:
        self.alerts += 1
        self.by_priority[alert.priority] += 1
        self.by_rule[alert.rule] += 1

    def tell(self, ring: Context) -> None:
        """What the context ring wrote and could not."""
        self.dumps += ring.dumps
        if ring.shortened:
            self.notes["dumps that reach back less than asked (memory limit of the context ring)"] += ring.shortened
        if ring.cut:
            self.notes["dumps of the largest size, which another one continues"] += ring.cut
        if ring.removed:
            self.notes["old dumps removed to make room"] += ring.removed
        if ring.failure is not None:
            self.errors.append(ring.failure)


Writer = Callable[[Alert], object]
Progress = Callable[[Reader], object]


def replay(
    path: str,
    rules: RuleSet,
    write: Writer,
    context: ContextOptions | None = None,
    progress: Progress | None = None,
    follow: bool = False,
) -> Report:
    """Run the rules over one capture; each alert goes to `write`. A damaged capture ends in `Report.errors`, with all before it done.

    follow  where the capture ends, wait for more until interrupted: an interrupt is the end then, not a failure
    """
    report = Report()
    state = State("falco")
    ring = Context(context.folder, context.before, context.after, largest_bytes=context.largest_bytes) if context else None
    try:
        reader = Reader(path, follow)
    except BadCapture as error:
        report.errors.append(str(error))
        return report

    def sink(alert: Alert) -> None:
        if ring is not None:
            ring.attach(alert, pipeline.event, state)
        report.count(alert)
        write(alert)

    rules.sink = sink
    pipeline = Pipeline(reader, state, [rules], ring, (lambda: progress(reader)) if progress else None)
    started = time.perf_counter()
    try:
        pipeline.run()
    except BadCapture as error:
        report.errors.append(str(error))
    except KeyboardInterrupt:
        if not follow:
            raise
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
        report.tell(ring)
    return report


def replay_all(
    paths: Sequence[str],
    rules: RuleSet,
    out: BinaryIO,
    form: Form = "text",
    context: ContextOptions | None = None,
    progress: Progress | None = None,
    jobs: int = 0,
    follow: bool = False,
) -> Report:
    """Replay several captures, `jobs` at a time (0: one a core); their alerts come out in the order of `paths`.

    follow  of one capture, which may be growing: alerts are handed on as they come, and an interrupt ends it
    """
    jobs = jobs or os.cpu_count() or 1
    if context is not None:
        prepare(context.folder)

    def one(path: str, stream: BinaryIO) -> Report:
        output = Lines(form, stream)
        return replay(path, rules, (lambda alert: output.send([alert])) if follow else output.write, context, progress, follow)

    total, started = Report(), time.perf_counter()
    if len(paths) == 1 or jobs == 1 or not hasattr(os, "fork"):
        for path in paths:
            total.add(one(path, out))
    else:
        import pickle  # none of this is needed for one capture, the usual case

        from firmer.detect.parallel import in_processes

        for path, text, failure in in_processes(paths, lambda path, stream: pickle.dumps(one(path, stream)), out, jobs):
            if failure:
                total.errors.append(f"{path}: {failure}")
            else:
                total.add(pickle.loads(text))  # written by our own child
    total.seconds = time.perf_counter() - started
    return total


def exists(path: str) -> bool:
    return path == "-" or os.path.exists(path)
