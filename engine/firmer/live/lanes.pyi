from collections.abc import Sequence
from typing import Protocol

from typing_extensions import Buffer

from firmer.live.ring import Ring

class Mapped(Protocol):
    @property
    def fd(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def lane(self) -> str: ...

class Lanes:
    rings: list[Ring]
    horizon: int
    def __init__(self, rings: Sequence[Mapped], conf: Buffer) -> None: ...
    def close(self) -> None: ...
