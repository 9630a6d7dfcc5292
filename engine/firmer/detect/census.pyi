from firmer.capture.reader import Reader
from firmer.events.section import Section

class Census:
    events: int
    bytes: int
    first_ts: int
    last_ts: int
    backwards: int
    most_backwards_ns: int
    timeless: int
    hidden: int
    sections: list[Section]
    def take(self, reader: Reader) -> None: ...
    def by_type(self) -> dict[int, int]: ...
    def by_layout(self) -> dict[int, int]: ...
    def cpu_numbers(self) -> list[int]: ...
