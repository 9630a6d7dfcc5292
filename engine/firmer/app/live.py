"""The host itself as the source of a run: probe on, a process that may look at others, all other rights given up."""

from __future__ import annotations

import os

from firmer.app.settings import Config, WatchSettings
from firmer.detect.names import Names
from firmer.errors import FirmerError
from firmer.events.table import every_key
from firmer.live.engines import Paths
from firmer.live.keeper import Keeper
from firmer.live.privileges import drop
from firmer.live.probe import Options
from firmer.live.scan import scan
from firmer.live.session import Watch, begin
from firmer.live.source import LiveSource
from firmer.state.state import State


class Live:
    """To be made while this process has one thread: rights belong to threads."""

    def __init__(self, config: Config, wanted: bytes) -> None:
        """Raises FirmerError when the probe cannot be loaded, when there is nobody to watch, or rights would be left."""
        self.everything = config.context is not None and config.context.calls == "all"
        settings = config.probe
        options = Options(events=int(settings.ring), life=int(settings.life_ring), snaplen=settings.snaplen)
        probe, pids = begin(every_key(wanted) if self.everything else wanted, watch_of(settings.watch), options)
        try:
            self.keeper = Keeper.start(lambda epoch: scan(pids, epoch, Paths()))
            probe.exclude(self.keeper.pid)
            drop(config.user if os.geteuid() == 0 else None)
            self.source = LiveSource(probe, self.keeper.scan)
        except BaseException:
            probe.close()
            raise
        self.names: Names | None = None
        self.told = False

    def want(self, wanted: bytes) -> None:
        """Exactly what these event keys need is reported from now on, new calls before old ones go."""
        self.source.want(every_key(wanted) if self.everything else wanted)

    def absent(self) -> list[str]:
        """Tracepoints that rules need and this kernel does not have."""
        return sorted(self.source.probe.absent)

    def losses(self) -> dict[str, int]:
        return self.source.losses()

    def missing(self) -> int:
        return self.source.incomplete

    def tick(self, state: State) -> FirmerError | None:
        """Bring the state names of containers. What is wrong is said once; then they have none any more."""
        if self.told:
            return None
        if self.names is None:
            self.names = Names(state, self.keeper, self.source.tell)
        try:
            self.names.tick()
        except FirmerError as error:
            self.told = True
            return error
        return None

    @property
    def notes(self) -> dict[str, int]:
        """What came to nothing when containers were asked for."""
        return self.keeper.notes

    def close(self) -> None:
        self.source.close()
        self.keeper.close()


def watch_of(settings: WatchSettings) -> Watch:
    return Watch(settings.tree or 0, settings.cgroup or "", settings.container or "")
