"""`dig -w`: captures in, one capture or the pieces of one out."""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from firmer.capture.reader import Reader
from firmer.detect.pipeline import Pipeline
from firmer.detect.progress import Progress
from firmer.detect.recorder import Recorder
from firmer.detect.rotation import Pieces, Rotation
from firmer.detect.stretch import Stretch
from firmer.errors import BadCapture
from firmer.filter.program import Condition
from firmer.record import record
from firmer.state.state import State

NO_ROTATION = Rotation()
NewCondition = Callable[[], Condition | None]  # made anew for each capture: it belongs to a state


@record(frozen=True, slots=True)
class Recording:
    """What is written, and where."""

    path: str
    rotation: Rotation = NO_ROTATION
    compress: bool = False
    limit: int = 0  # of events that pass, for each capture; 0: none
    progress: bool = True  # on standard error, as sysdig shows it
    enters: bool = False  # exits that come without an enter event get one: for sources that have none
    seconds: int = 0  # of each capture's time from the first event that passes on; 0: no limit


def write_recording(
    recording: Recording,
    captures: Sequence[str],
    condition: NewCondition = lambda: None,
    stretch: Stretch | None = None,
) -> int:
    """Carry the captures into the recording one after the other, each with a fresh state; the exit status.

    SIGINT and SIGTERM end it as the last event would: the file is complete up to there, and the status is 0.
    """
    pieces = Pieces(recording.path, recording.rotation, recording.compress, recording.enters)
    recorder = Recorder(pieces, condition() is not None, recording.limit, recording.seconds, stretch is not None)
    status = 0
    with ended_by_signals(recorder.stop):
        try:
            for path in captures:
                if not recorder.stopping:
                    recorder.begin_capture(condition())
                    status |= record_one(recorder, path, stretch, recording.progress)
        finally:
            recorder.finish()
    pieces.report()
    return status


def record_one(recorder: Recorder, path: str, stretch: Stretch | None, progress: bool) -> int:
    if stretch is not None:
        stretch.restart()
    try:
        with Reader(path) as reader:
            bar = Progress(reader) if progress else None
            show = bar.show if bar else None
            try:
                if recorder.copies:
                    recorder.copy(reader, show)
                else:
                    Pipeline(reader, State("sysdig"), [recorder], on_progress=show, stretch=stretch).run()
            finally:
                if bar:
                    bar.finish()
    except BadCapture as error:
        if recorder.stopping:  # where a stopped pipe was cut is no damage
            return 0
        print(f"firmer: {error}", file=sys.stderr)
        return 1
    return 0


@contextmanager
def ended_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """The first SIGINT or SIGTERM calls `stop`; a second one acts as ever."""

    def handle(number: int, frame: FrameType | None) -> None:
        restore()
        stop()
        # a read from an idle pipe goes on after a signal: now it finds the end there
        with open(os.devnull, "rb") as nothing:
            os.dup2(nothing.fileno(), 0)

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    try:
        yield
    finally:
        restore()
