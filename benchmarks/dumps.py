"""What does it cost to keep what happened before an alert, and to write it down, on a host with many threads?

Each row is a host of so many processes, each with so many open files, all of which read and now and then open a file and close it. One process, no
start-up; printed is processor time, the best of the runs: of the replay alone, of keeping the last events beside it, as part of the former,
and of each dump, whose window holds three events to each side.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from struct import pack

from replay import versions

from firmer.alert import Alert
from firmer.capture.encode import encode_event
from firmer.capture.reader import Reader
from firmer.capture.writer import Writer
from firmer.detect.context import Context, Window
from firmer.detect.pipeline import Pipeline
from firmer.events.section import FdEntry, Section, ThreadEntry
from firmer.rules.load import load_rules
from firmer.state.state import State

HOSTS = ((10, 5), (255, 5), (1_000, 20), (10_000, 20))  # processes, files of each
BEGIN = 1_767_225_600 * 10**9  # ns
BETWEEN = 20_000  # ns: 50,000 events a second
OPENED_EVERY = 100  # events
ALERTS = 10
READ_X, CLOSE_X, OPENAT_X = 7, 5, 307
RULE = "- rule: Seen\n  desc: for measuring\n  condition: evt.type = openat and fd.name = /alert\n  output: seen\n  priority: NOTICE\n"


def host(processes: int, files: int) -> Section:
    pids = range(1, processes + 1)
    return Section(
        threads=[
            ThreadEntry(
                pid, pid, 1, comm=b"worker", exe=b"/usr/bin/worker", exepath=b"/usr/bin/worker", args=b"--number\0%d\0" % pid, cwd=b"/srv/",
                env=b"NUMBER=%d\0PATH=/usr/bin:/bin\0" % pid, vtid=pid, vpid=pid, cgroups=b"cpu=/\0",
            )
            for pid in pids
        ],
        fds={pid: [FdEntry(n, 16, n, b"/srv/data/%d/%d" % (pid, n), 1, 2049) for n in range(files)] for pid in pids},
    )  # fmt: skip


def capture(path: Path, processes: int, files: int, events: int) -> None:
    """Writes such a host, and so many events of it, some of which are alerts."""
    alerts = {OPENED_EVERY * (events // OPENED_EVERY * k // ALERTS) for k in range(ALERTS)}
    with Writer(str(path)) as writer:
        writer.section(host(processes, files))
        for number in range(events):
            at, tid = BEGIN + number * BETWEEN, 1 + number // OPENED_EVERY * 7 % processes
            if number % OPENED_EVERY == 0:
                name = b"/alert\0" if number in alerts else b"/tmp/file\0"
                values = [pack("<q", files), pack("<q", -100), name, pack("<I", 1), pack("<I", 0), pack("<I", 3), pack("<Q", 7)]
                writer.event_bytes(encode_event(OPENAT_X, at, tid, values))
            elif number % OPENED_EVERY == 1:
                writer.event_bytes(encode_event(CLOSE_X, at, tid, [pack("<q", 0), pack("<q", files)]))
            else:
                values = [pack("<q", 60), b"x" * 60, pack("<q", 0), pack("<I", 60)]
                writer.event_bytes(encode_event(READ_X, at, tid, values))


def replay(path: Path, rules: Path, context: Context | None, attach: bool) -> float:
    """Seconds of processor time."""
    ruleset, state = load_rules([str(rules)]), State("falco")
    with Reader(str(path)) as reader:
        pipeline = Pipeline(reader, state, [ruleset], context)

        def sink(alert: Alert) -> None:
            if context is not None and attach:
                context.attach(alert, pipeline.event, state)

        ruleset.sink = sink
        started = time.process_time()
        pipeline.run()
        return time.process_time() - started


def best(runs: int, once: Callable[[], float]) -> float:
    return min(once() for _ in range(runs))


def row(processes: int, files: int, events: int, runs: int, folder: Path) -> str:
    path, rules, dumps = folder / "many.scap", folder / "rules.yaml", folder / "dumps"
    capture(path, processes, files, events)
    rules.write_text(RULE)

    def kept(window: Window) -> Context:
        for old in dumps.glob("*"):
            old.unlink()
        return Context(dumps, window, window)

    alone = best(runs, lambda: replay(path, rules, None, False))
    ring = best(runs, lambda: replay(path, rules, kept(Window(ns=30 * 10**9)), False))
    short = best(runs, lambda: replay(path, rules, kept(Window(events=3)), False))
    written = best(runs, lambda: replay(path, rules, kept(Window(events=3)), True))
    made = list(dumps.glob("*"))
    size = sum(dump.stat().st_size for dump in made) / len(made)
    return (
        f"{processes:6,} x {files:<3} {alone / events * 1e9:9.0f} ns {ring / alone:9.2f}x {(written - short) / len(made) * 1e3:10.2f} ms"
        f" {size / 1e6:8.2f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Measure what it costs to keep the last events, and to write dumps, on hosts with many threads."
    )
    parser.add_argument("--events", type=int, default=1_000_000, help="of each host (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="of each (default: %(default)s)")
    chosen = parser.parse_args()
    print("\n".join(f"{name}: {text}" for name, text in versions().items()))
    print("processes x files   an event    with ring      each dump   of which")
    with tempfile.TemporaryDirectory(prefix="firmer-bench-") as name:
        for processes, files in HOSTS:
            print(row(processes, files, chosen.events, chosen.runs, Path(name)), flush=True)


if __name__ == "__main__":
    main()
