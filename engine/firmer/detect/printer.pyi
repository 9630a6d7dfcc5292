from typing import BinaryIO

from firmer.fields.format import Format
from firmer.filter.program import Condition
from firmer.state.consumer import Consumer

class Printer(Consumer):
    passed: int
    def __init__(
        self,
        format: Format,
        out: BinaryIO,
        condition: Condition | None = None,
        limit: int = 0,
        seconds: int = 0,
        quiet: bool = False,
        display: bool = False,
        debug: bool = False,
        counting: bool = False,
        unbuffered: bool = False,
    ) -> None: ...
    def counts(self) -> list[tuple[str, int]]: ...
    def finish(self) -> None: ...
