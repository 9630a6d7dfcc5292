from os import PathLike
from typing import BinaryIO

from firmer.capture.enters import Enters
from firmer.event import Event
from firmer.events.section import Section

class Writer:
    written: int
    events: int
    numbered: int
    enters: Enters | None
    path: str
    notes: dict[str, int]
    def __init__(
        self,
        file: str | PathLike[str] | BinaryIO,
        compress: bool = False,
        tail: str = "auto",
        own: bool = False,
        enters: bool = False,
        threads: int = 1,
    ) -> None: ...
    def section(self, section: Section, ts: int = 0) -> None: ...
    def write(self, event: Event) -> None: ...
    def event_bytes(self, block: bytes) -> None: ...
    def flush(self) -> None: ...
    def close(self) -> None: ...
    def __enter__(self) -> Writer: ...
    def __exit__(self, *_: object) -> None: ...
