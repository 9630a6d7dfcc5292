from dataclasses import dataclass

from typing_extensions import Buffer

@dataclass(frozen=True, slots=True)
class Row:
    name: str
    cpu: int
    produced: int
    delivered: int
    dropped: int
    big: int
    unread: int
    @property
    def missing(self) -> int: ...

class Account:
    cpus: int
    strays: int
    def __init__(self, counters: Buffer, cpus: int) -> None: ...
    def keep(self) -> None: ...
    def lost(self) -> int: ...
    def missing(self) -> int: ...
    def rows(self) -> list[Row]: ...
    def total(self) -> Row: ...
