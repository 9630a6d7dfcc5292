from io import FileIO

from firmer.alert import Alert
from firmer.event import Event
from firmer.record import record
from firmer.state.state import State

DEFAULT_LARGEST_BYTES: int

@record(frozen=True, slots=True)
class Window:
    ns: int = 0
    events: int | None = None
    @classmethod
    def parse(cls, text: str) -> Window: ...

class Context:
    folder: str
    dumps: list[str]
    shortened: int
    cut: int
    removed: int
    failure: str | None
    enters: bool
    def __init__(
        self,
        folder: str,
        before: Window,
        after: Window,
        segment_bytes: int = ...,
        limit_bytes: int = ...,
        largest_bytes: int = ...,
        total_bytes: int = ...,
        enters: bool = False,
    ) -> None: ...
    def alert(self, event: Event, rule: str, process: bytes) -> tuple[str, int | None] | None: ...
    def attach(self, alert: Alert, event: Event, state: State) -> None: ...
    def finish(self) -> None: ...

def prepare(folder: str) -> None: ...
def create(folder: str, stem: str, num: int) -> tuple[str, FileIO]: ...
def make_room(folder: str, limit_bytes: int) -> int: ...
def stem(ts: int, rule: str, process: bytes) -> str: ...
def plain(text: str) -> str: ...
