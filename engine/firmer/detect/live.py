"""`firmer dig` on the host itself: print what happens, or record it."""

from __future__ import annotations

import sys
from time import monotonic

from firmer.detect.names import Names
from firmer.detect.pipeline import Pipeline
from firmer.detect.printer import Printer
from firmer.detect.recorder import Recorder
from firmer.detect.recording import ended_by_signals
from firmer.detect.rotation import Pieces
from firmer.detect.stretch import Stretch
from firmer.live.probe import Options
from firmer.live.runtimes import Runtimes
from firmer.live.session import Watch, listen
from firmer.live.source import LiveSource
from firmer.state.state import State

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from firmer.detect.recording import NewCondition, Recording
    from firmer.state.consumer import Consumer

DIALECT = "falco"  # the probe tells exits in today's form, which sysdig 0.29.3 cannot read without enter events
WITH_ENTERS = "sysdig"  # the dialect that has them


def print_live(printer: Printer, state: State, watch: Watch, options: Options, stretch: Stretch | None, verbose: bool) -> int:
    """Until a limit of the printer, SIGINT or SIGTERM; the exit status."""
    with listen(printer.wanted, watch, options) as source:
        begin = monotonic()
        try:
            with ended_by_signals(source.stop):
                notes = carry(source, state, printer, stretch)
        finally:
            printer.finish()
        report(source, notes if verbose else {})
    if verbose:
        seconds = max(monotonic() - begin, 1e-9)
        print(f"Elapsed time: {seconds:.3f}, Captured Events: {printer.passed}, {printer.passed / seconds:.2f} eps", file=sys.stderr)
    return 0


def record_live(recording: Recording, watch: Watch, options: Options, condition: NewCondition, stretch: Stretch | None) -> int:
    """The same into captures, each of which is complete also after a signal."""
    pieces = Pieces(recording.path, recording.rotation, recording.compress, enters=True)
    passes = condition()
    recorder = Recorder(pieces, passes is not None, recording.limit, recording.seconds, stretch is not None)
    with listen(None if passes is None else passes.wanted, watch, options) as source:
        with ended_by_signals(source.stop):
            try:
                recorder.begin_capture(passes)
                carry(source, State(dialect_of(options)), recorder, stretch)
            finally:
                recorder.finish()
        report(source, {})
    pieces.report()
    return 0


def dialect_of(options: Options) -> str:
    return WITH_ENTERS if options.enters else DIALECT


def carry(source: LiveSource, state: State, consumer: Consumer, stretch: Stretch | None) -> dict[str, int]:
    """All events through to the consumer, and containers' records among them as engines tell them. What was odd on the way, by name."""
    runtimes = Runtimes()
    try:
        Pipeline(source, state, [consumer], on_progress=Names(state, runtimes, source.tell).tick, stretch=stretch).run()
    finally:
        runtimes.close()
    return source.notes | runtimes.notes


def report(source: LiveSource, notes: dict[str, int]) -> None:
    """On standard error, what is missing in what was shown."""
    for name in sorted(source.probe.absent):
        print(f"firmer: this kernel has no tracepoint {name}", file=sys.stderr)
    for name, count in (*source.losses().items(), *notes.items()):
        print(f"firmer: {name}: {count:,}", file=sys.stderr)
