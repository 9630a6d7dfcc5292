from collections.abc import Iterator

from firmer.events.section import Section, ThreadEntry

BLOCK_BYTES: int

def state_blocks(section: Section, threads: list[ThreadEntry], tail: str, notes: dict[str, int]) -> Iterator[bytes]: ...
