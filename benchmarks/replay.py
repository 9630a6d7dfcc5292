"""How fast are captures replayed, beside sysdig in the same run?

Each row is one command on one capture. First every program says how many events it saw: a row whose count differs is marked and
the run fails. Then all rows run in turn, so that whatever else the machine does falls on all alike; the median and the spread
(largest less smallest, of the median) of the wall time are printed, and the largest peak of memory.

Fairness: `sysdig -r F evt.type=kexec_load` is the least that sysdig does with a capture: it keeps its state and evaluates a filter
that never matches. Output goes to /dev/null, captures are uncompressed and read once before the first run, so that they come from
memory. Times include start-up and the loading of rules.
"""

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from enlarge import enlarge, read_base
from story import capture as story

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
FIRMER = Path(sys.executable).with_name("firmer")
# Recorded ones: mostly calls on files and sockets; mostly switches between threads.
RECORDED = [SHARED / "captures" / name for name in ("sysflow_objectstore_ls.scap", "libs_sample.scap")]
NEVER = "evt.type = kexec_load"
MANY = "evt.type in (close, execve, openat)"
NO_ALERT, MANY_ALERTS = "a rule that never matches", "an alert for each open, close, exec"
RULE = "- rule: {name}\n  desc: for measuring\n  condition: {condition}\n  output: '{output}'\n  priority: NOTICE\n"
# About as much as a stock rule's output asks for.
OUTPUT = "seen | time=%evt.time process=%proc.name parent=%proc.pname command=%proc.cmdline user=%user.name container=%container.id"


@dataclass
class Row:
    """One question: a command, and what it took."""

    name: str
    command: list[str]
    seconds: list[float] = field(default_factory=list)
    peak_kb: int = 0
    alerts: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        return (max(self.seconds) - min(self.seconds)) / self.median

    def run(self) -> None:
        """Once more: wall time, and the peak of memory as the kernel accounts for it."""
        started = time.perf_counter()
        child = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        self.seconds.append(time.perf_counter() - started)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.peak_kb = max(self.peak_kb, usage.ru_maxrss)
        if child.returncode:
            raise SystemExit(f"{self.name}: exit status {child.returncode}: {' '.join(self.command)}")


def rules(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Name and arguments of each set of rules; those that are not there are named."""
    for name, condition in ((NO_ALERT, NEVER), (MANY_ALERTS, MANY)):
        path = folder / f"{re.sub(r'[^a-z]+', '_', name)}.yaml"
        path.write_text(RULE.format(name=name, condition=condition, output=OUTPUT))
        yield name, ["-r", str(path)]
    yield "the bundled rules", ["-r", str(ROOT / "rules")]
    stock = [SHARED / "rulesets" / f"falco{part}_rules.yaml" for part in ("", "-incubating", "-sandbox")]
    if all(path.exists() for path in stock):
        yield "Falco's default rules", ["-r", str(stock[0])]
        yield "all stock rules, each that matches", ["--rule-matching", "all", *(word for path in stock for word in ("-r", str(path)))]
    else:
        print("skipped: Falco's stock rules (no ../shared/rulesets)", file=sys.stderr)


def rows_of(capture: Path, folder: Path) -> list[Row]:
    found = []
    sysdig = shutil.which("sysdig")
    if sysdig:
        found.append(Row("sysdig, a filter that never matches", [sysdig, "-r", str(capture), NEVER.replace(" ", "")]))
    else:
        print("skipped: sysdig (not installed)", file=sys.stderr)
    for name, arguments in rules(folder):
        found.append(Row(f"firmer, {name}", [str(FIRMER), "replay", "--json", *arguments, str(capture)]))
    return found


def last_number(sysdig: str, capture: Path) -> int:
    """Number of the last event that sysdig prints."""
    lines = subprocess.Popen([sysdig, "-r", str(capture), "-p", "%evt.num"], stdout=subprocess.PIPE)
    last = subprocess.run(["tail", "-n", "1"], stdin=lines.stdout, capture_output=True, text=True, check=True).stdout
    lines.wait()
    return int(last)


def seen(row: Row, capture: Path, once: Path, copies: int) -> int:
    """How many events the program says it read of a capture that holds `once` so many times."""
    if "sysdig" in row.command[0]:
        # it does not count events of newer types, and does not print some at the end: both as in one copy
        base = read_base(once)
        silent = base.count - base.strange - last_number(row.command[0], once)
        return last_number(row.command[0], capture) + silent + copies * base.strange
    summary = subprocess.run(row.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True).stderr
    match = re.search(r"^([\d,]+) events, ([\d,]+) alerts", summary, re.M)
    if match is None:
        raise SystemExit(f"{row.name}: no summary:\n{summary}")
    events, row.alerts = (int(number.replace(",", "")) for number in match.groups())
    return events


def table(rows: list[Row], events: int) -> str:
    first = rows[0]
    lines = [
        f"{'':45} {'median':>8} {'spread':>7} {'M events/s':>11} {'beside ' + first.name.split(',')[0]:>15} {'peak MB':>8} {'alerts':>9}"
    ]
    for row in rows:
        lines.append(
            f"{row.name:45} {row.median:7.3f}s {row.spread:6.0%} {events / row.median / 1e6:11.2f} {first.median / row.median:14.2f}x"
            f" {row.peak_kb / 1024:8.0f} {row.alerts:9,}"
        )
    times = {row.name.partition(", ")[2]: row for row in rows}
    never, many = times[NO_ALERT], times[MANY_ALERTS]
    if many.alerts:
        lines.append(f"an alert as JSON: {(many.median - never.median) / many.alerts * 1e6:.1f} us")
    return "\n".join(lines)


def versions() -> dict[str, str]:
    said = {"firmer": subprocess.run([FIRMER, "--version"], capture_output=True, text=True, check=True).stdout.strip()}
    if shutil.which("sysdig"):
        said["sysdig"] = subprocess.run(["sysdig", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "?"
    )
    return said | {
        "machine": f"{cpu}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def start_up(folder: Path) -> list[Row]:
    """What a short run costs; the story's capture is small enough to be nearly all start-up."""
    found = [Row("firmer --version", [str(FIRMER), "--version"])]
    for name, arguments in rules(folder):
        if "default" in name or "bundled" in name:
            small = story(folder)
            found.append(
                Row(f"firmer replay, {small.stat().st_size // 1000} KB, {name}", [str(FIRMER), "replay", "-q", *arguments, str(small)])
            )
    return found


def measure(rows: list[Row], runs: int) -> None:
    """All rows in turn, so that a slow minute of the machine falls on all alike."""
    for row in rows:
        row.run()  # warms up: files into memory, byte code onto disk
        row.seconds.clear()
    for _ in range(runs):
        for row in rows:
            row.run()


def bench(base: Path, events: int, runs: int, folder: Path) -> dict[str, object]:
    capture = folder / f"{base.name.partition('.')[0]}.scap"
    small, once = read_base(base), folder / "once.scap"
    with once.open("wb") as out:
        enlarge(small, out, 1)
    with capture.open("wb") as out:
        made = enlarge(small, out, events)
    rows = rows_of(capture, folder)
    print(f"\n{base.name}, {made:,} events, {capture.stat().st_size / 1e6:.0f} MB, {runs} runs")
    counts = {row.name: seen(row, capture, once, made // small.count) for row in rows}
    wrong = [f"{name} saw {count:,} events of {made:,}" for name, count in counts.items() if count != made]
    if wrong:
        raise SystemExit("\n".join(wrong))
    measure(rows, runs)
    print(table(rows, made), flush=True)
    capture.unlink()
    return {"capture": base.name, "events": made, "rows": [asdict(row) for row in rows]}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how fast captures are replayed, beside sysdig in the same run.")
    parser.add_argument("captures", nargs="*", type=Path, help="small captures to enlarge (default: a story, and two of ../shared)")
    parser.add_argument("--events", type=int, default=2_000_000, help="at least so many (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="of each row (default: %(default)s)")
    parser.add_argument("--keep", action="store_true", help="write the figures to benchmarks/runs/DATE.json")
    chosen = parser.parse_args()
    about = versions()
    print("\n".join(f"{name}: {text}" for name, text in about.items()))
    with tempfile.TemporaryDirectory(prefix="firmer-bench-") as name:
        folder = Path(name)
        captures = chosen.captures or [story(folder), *(path for path in RECORDED if path.exists())]
        results = [bench(base, chosen.events, chosen.runs, folder) for base in captures]
        short = start_up(folder)
        measure(short, 4 * chosen.runs)
    print("\nStart-up")
    for row in short:
        print(f"{row.name:60} {row.median * 1000:6.0f} ms {row.spread:5.0%} {row.peak_kb / 1024:6.0f} MB")
    if chosen.keep:
        kept = ROOT / "benchmarks" / "runs" / f"{time.strftime('%Y-%m-%d')}.json"
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(json.dumps(about | {"results": results, "start_up": [asdict(row) for row in short]}, indent=1, default=str))
        print(f"\nkept in {kept.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
