from collections.abc import Buffer, Sequence
from typing import Protocol

from firmer.live.ring import Ring

class Mapped(Protocol):
    fd: int
    size: int
    lane: str

class Lanes:
    rings: list[Ring]
    horizon: int
    def __init__(self, rings: Sequence[Mapped], conf: Buffer) -> None: ...
    def close(self) -> None: ...
