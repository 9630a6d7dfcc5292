"""Does anything get lost in a storm, and what does an event cost its consumer?

As root, with BCC and a C compiler. Only programs that are started here are watched. Printed: the consumer alone, on events that wait in a
ring; storms on all CPUs with the bundled rules; short processes. What a call costs its maker tells cost.py.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from live.crowd import follow  # noqa: E402
from live.stage import lacking  # noqa: E402
from rings import FakeProbe, FakeRing  # noqa: E402
from scap import CLOSE_X, FIRST_TS, OPENAT_X, TID, s64, u32  # noqa: E402

from firmer.capture.encode import encode_event  # noqa: E402
from firmer.detect.pipeline import Pipeline  # noqa: E402
from firmer.live.probe import Options, Probe  # noqa: E402
from firmer.live.source import LiveSource  # noqa: E402
from firmer.rules.bundled import rules_folder  # noqa: E402
from firmer.rules.load import load_rules  # noqa: E402
from firmer.rules.ruleset import RuleSet  # noqa: E402
from firmer.state.state import State  # noqa: E402

WAITING = 100_000  # events in the ring of the consumer alone
OPEN = (s64(3), s64(-100), b"/etc/passwd\0", u32(1), u32(0), u32(0), s64(9), b"")


def bundled() -> RuleSet:
    rules = load_rules([str(rules_folder())])
    rules.sink = lambda alert: None
    return rules


def consumer_alone(consumers: list[RuleSet]) -> float:
    """ns an event: opens and closes in turn, which stand in the ring."""
    ring = FakeRing(1 << 25)
    probe = FakeProbe(ring)
    source = LiveSource(probe)
    times: list[float] = []

    def tick() -> None:
        if times:
            return source.stop()
        if source.scans:
            for k in range(0, WAITING, 2):
                ring.record(encode_event(OPENAT_X, FIRST_TS + k, TID, OPEN))
                ring.record(encode_event(CLOSE_X, FIRST_TS + k + 1, TID, (s64(0), s64(3))))
            times.append(time.perf_counter())
        return None

    Pipeline(source, State("falco"), consumers, on_progress=tick).run()
    assert source.events == WAITING
    return (time.perf_counter() - times[0]) / WAITING * 1e9


def storm(probe: Probe, target: str, kind: str, seconds: int) -> str:
    run = follow(probe, [target, kind, str(os.cpu_count()), str(seconds)], [bundled()], everything=kind == "pipes")
    total = run.source.account.total()
    rate = total.produced / run.seconds
    most = max(ring.most for ring in run.source.lanes.rings)
    return (
        f"{total.produced:,} events, {rate:,.0f}/s; delivered {total.delivered:,}, lost {total.dropped + total.big:,}, "
        f"missing {run.source.account.missing()}; consumer {run.cpu_s / total.delivered * 1e9:.0f} ns an event; ring at most {most >> 10:,} KB"
    )


def short_processes(probe: Probe, target: str, count: int, folder: Path) -> str:
    path = folder / "short.yaml"
    path.write_text(
        "- rule: short\n  desc: x\n  condition: evt.type = execve and evt.arg.res = 0 and proc.name = true\n"
        '  output: "%proc.args %proc.ppid %proc.exepath"\n  priority: INFO\n'
    )
    rules = load_rules([str(path)])
    seen = []
    rules.sink = lambda alert: seen.append([alert.output_fields[name] for name in ("proc.args", "proc.ppid", "proc.exepath")])
    run = follow(probe, [target, "spawn", str(count)], [rules])
    right = sum(values[:2] == [str(number), run.pid] and values[2].endswith("/true") for number, values in enumerate(seen))
    return f"{count:,} started, {len(seen):,} seen, {right:,} with the right argument, parent and program; lost {run.source.lost}"


def rows(seconds: int, processes: int) -> Iterator[tuple[str, str]]:
    yield "consumer alone", f"{consumer_alone([]):.0f} ns an event with the state, {consumer_alone([bundled()]):.0f} with the bundled rules"
    reason = lacking()
    if reason:
        yield "the rest", f"not possible: {reason}"
        return
    with tempfile.TemporaryDirectory() as folder:
        target = f"{folder}/target"
        subprocess.run(["cc", "-O2", "-pthread", "-o", target, ROOT / "tests" / "live" / "target.c"], check=True)
        with Probe.start(Options()) as probe:
            yield "opens and closes", storm(probe, target, "opens", seconds)
            yield "pipes", storm(probe, target, "pipes", seconds)
            yield "short processes", short_processes(probe, target, processes, Path(folder))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="of each storm")
    parser.add_argument("--processes", type=int, default=10_000)
    args = parser.parse_args()
    for name, text in rows(args.seconds, args.processes):
        print(f"{name}: {text}", flush=True)


if __name__ == "__main__":
    main()
