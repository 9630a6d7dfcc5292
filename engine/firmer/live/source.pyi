from collections.abc import Buffer, Callable, Sequence
from typing import Protocol

from firmer.events.source import Source
from firmer.live.account import Account
from firmer.live.lanes import Lanes, Mapped
from firmer.live.scan import Scan

DEFAULT_BACKLOG: int

class RunningProbe(Protocol):
    """What is read of a probe.

    rings  where events come from
    conf   settings that it shares: u64 epoch of the boot clock, u32 "reader sleeps" for each ring, …
    stats  its counters, see live.account
    """

    rings: Sequence[Mapped]
    conf: Buffer
    stats: Buffer
    cpus: int
    def watch_nothing(self) -> object: ...
    def missed(self) -> int: ...
    def close(self) -> object: ...

class LiveSource(Source):
    probe: RunningProbe
    account: Account
    lanes: Lanes
    lost: int
    incomplete: int
    passed_over: int
    scans: int
    def __init__(self, probe: RunningProbe, scan: Callable[[int], Scan] | None = None, backlog_bytes: int = ...) -> None: ...
    def stop(self) -> None: ...
    def close(self) -> None: ...
    def __enter__(self) -> LiveSource: ...
    def __exit__(self, *_: object) -> None: ...
