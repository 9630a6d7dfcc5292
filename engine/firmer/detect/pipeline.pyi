from collections.abc import Callable, Sequence

from firmer.detect.context import Context
from firmer.detect.stretch import Stretch
from firmer.event import Event
from firmer.events.source import Source
from firmer.state.consumer import Consumer
from firmer.state.state import State

class Pipeline:
    source: Source
    state: State
    consumers: list[Consumer]
    event: Event
    context: Context | None
    stretch: Stretch | None
    events: int
    def __init__(
        self,
        source: Source,
        state: State,
        consumers: Sequence[Consumer],
        context: Context | None = None,
        on_progress: Callable[[], object] | None = None,
        stretch: Stretch | None = None,
    ) -> None: ...
    def serve(self, consumers: Sequence[Consumer]) -> None: ...
    def stop(self) -> None: ...
    def run(self) -> int: ...

def wanted_by(consumers: list[Consumer]) -> bytes: ...
def enters_for(wanted: bytes) -> bytes: ...
