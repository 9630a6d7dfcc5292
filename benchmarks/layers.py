"""Where does the time of an event go?

One process, no start-up: each row adds a layer to the one above it, on the same capture in memory. Printed is the best of the runs, in
ns an event, and what the row adds. The rows: walking the blocks; the state; a rule that never matches; the rules that are there.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from enlarge import enlarge, read_base
from replay import RECORDED, rules, versions
from story import capture as story

from firmer.capture.reader import Reader
from firmer.detect.pipeline import Pipeline
from firmer.rules.load import load_rules
from firmer.state.state import State


def walk(path: str) -> int:
    with Reader(path) as reader:
        return reader.skim()


def keep_state(path: str) -> int:
    with Reader(path) as reader:
        Pipeline(reader, State("falco"), []).run()
        return reader.events


def with_rules(arguments: list[str]) -> Callable[[str], int]:
    matching = "all" if "all" in arguments else "first"
    ruleset = load_rules([word for word in arguments if word.endswith((".yaml", "rules"))], rule_matching=matching)

    def run(path: str) -> int:
        ruleset.sink = lambda alert: None
        with Reader(path) as reader:
            Pipeline(reader, State("falco"), [ruleset]).run()
            return reader.events

    return run


def layers(folder: Path) -> Iterator[tuple[str, Callable[[str], int]]]:
    yield "walking the blocks", walk
    yield "and keeping the state", keep_state
    for name, arguments in rules(folder):
        yield f"and {name}", with_rules(arguments)


def best(run: Callable[[str], int], path: str, runs: int) -> float:
    """ns an event of the fastest run."""
    found = []
    for _ in range(runs):
        started = time.perf_counter()
        events = run(path)
        found.append((time.perf_counter() - started) / events * 1e9)
    return min(found)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what each layer adds to the time of an event.")
    parser.add_argument("captures", nargs="*", type=Path, help="small captures to enlarge (default: a story, and two of ../shared)")
    parser.add_argument("--events", type=int, default=2_000_000, help="at least so many (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=7, help="of each row (default: %(default)s)")
    chosen = parser.parse_args()
    print("\n".join(f"{name}: {text}" for name, text in versions().items()))
    with tempfile.TemporaryDirectory(prefix="firmer-bench-") as name:
        folder = Path(name)
        for base in chosen.captures or [story(folder), *(path for path in RECORDED if path.exists())]:
            capture = folder / "big.scap"
            with capture.open("wb") as out:
                made = enlarge(read_base(base), out, chosen.events)
            print(f"\n{base.name}, {made:,} events")
            for label, run in layers(folder):
                print(f"  {label:45} {best(run, str(capture), chosen.runs):6.1f} ns an event", flush=True)


if __name__ == "__main__":
    main()
