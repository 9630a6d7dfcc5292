from dataclasses import dataclass

from firmer.event import Event

@dataclass(frozen=True, slots=True)
class Window:
    ns: int = 0
    events: int | None = None
    @classmethod
    def parse(cls, text: str) -> Window: ...

class Context:
    folder: str
    before: Window
    after: Window
    dumps: list[str]
    shortened: int
    def __init__(self, folder: str, before: Window, after: Window, segment_bytes: int = ..., limit_bytes: int = ...) -> None: ...
    def alert(self, event: Event, rule: str, process: bytes) -> tuple[str, int]: ...
    def finish(self) -> None: ...

def plain(text: str) -> str: ...
