from firmer.event import Event
from firmer.events.section import Section

class Source:
    section: Section | None
    events: int
    now: int
    notes: dict[str, int]
    def detach(self, event: Event) -> int: ...
