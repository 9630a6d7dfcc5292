from collections.abc import Callable

from firmer.capture.reader import Reader
from firmer.detect.rotation import Pieces
from firmer.events.section import Section
from firmer.filter.program import Condition
from firmer.state.consumer import Consumer

class Recorder(Consumer):
    passed: int
    recorded: int
    stopping: bool
    copies: bool
    def __init__(
        self, pieces: Pieces, filtered: bool = False, limit: int = 0, seconds: int = 0, windowed: bool = False
    ) -> None: ...
    def begin_capture(self, condition: Condition | None = None) -> None: ...
    def copy(self, reader: Reader, on_progress: Callable[[], object] | None) -> None: ...
    def section(self, section: Section) -> None: ...
    def stop(self) -> None: ...
    def finish(self) -> None: ...
