"""`firmer dig` on the host itself: print what happens, or record it."""

from __future__ import annotations

import sys
from time import monotonic

from firmer.detect.pipeline import Pipeline
from firmer.detect.printer import Printer
from firmer.detect.recorder import Recorder
from firmer.detect.recording import ended_by_signals
from firmer.detect.rotation import Pieces
from firmer.detect.stretch import Stretch
from firmer.live.probe import Options
from firmer.live.session import Watch, listen
from firmer.live.source import LiveSource
from firmer.state.state import State

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from firmer.detect.recording import NewCondition, Recording

DIALECT = "falco"  # the probe tells exits in today's form, which sysdig 0.29.3 cannot read without enter events
WITH_ENTERS = "sysdig"  # the dialect that has them


def print_live(printer: Printer, state: State, watch: Watch, options: Options, stretch: Stretch | None, verbose: bool) -> int:
    """Until a limit of the printer, SIGINT or SIGTERM; the exit status."""
    with listen(printer.wanted, watch, options) as source:
        begin = monotonic()
        try:
            with ended_by_signals(source.stop):
                Pipeline(source, state, [printer], stretch=stretch).run()
        finally:
            printer.finish()
        report(source, verbose)
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
                Pipeline(source, State(dialect_of(options)), [recorder], stretch=stretch).run()
            finally:
                recorder.finish()
        report(source, False)
    pieces.report()
    return 0


def dialect_of(options: Options) -> str:
    return WITH_ENTERS if options.enters else DIALECT


def report(source: LiveSource, verbose: bool) -> None:
    """On standard error, what is missing in what was shown."""
    for name in sorted(source.probe.absent):
        print(f"firmer: this kernel has no tracepoint {name}", file=sys.stderr)
    for name, count in (*source.losses().items(), *(source.notes.items() if verbose else ())):
        print(f"firmer: {name}: {count:,}", file=sys.stderr)
