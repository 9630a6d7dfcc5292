from collections.abc import Iterator

from firmer.event import Event
from firmer.events.section import Section

class Source:
    section: Section | None
    events: int
    now: int
    notes: dict[str, int]
    def steps(self) -> Iterator[Section | Event | None]: ...
    def give_back(self) -> int: ...
