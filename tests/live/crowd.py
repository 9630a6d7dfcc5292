"""A program under a live source: only its tree is watched; what became of its events."""

import mmap
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

from firmer.detect.pipeline import Pipeline, wanted_by
from firmer.live.probe import Probe
from firmer.live.scan import scan
from firmer.live.session import tree
from firmer.live.source import LiveSource
from firmer.live.wanted import want
from firmer.state.consumer import Consumer
from firmer.state.state import State

TIME_LIMIT_S = 300


@dataclass
class Followed:
    """`seconds` that the program ran, `cpu_s` that this process used meanwhile, what the program `said`."""

    source: LiveSource
    state: State
    pid: int
    seconds: float
    cpu_s: float
    said: str


class Lent:
    """A probe that outlives its source, for tests that share one: empty rings, counts from zero. To be made while nobody is watched."""

    def __init__(self, probe: Probe) -> None:
        self.probe = probe
        for ring in probe.rings:
            with (
                mmap.mmap(ring.fd, mmap.PAGESIZE) as consumer,
                mmap.mmap(ring.fd, mmap.PAGESIZE, prot=mmap.PROT_READ, offset=mmap.PAGESIZE) as producer,
            ):
                consumer[:8] = producer[:8]
        with mmap.mmap(probe.descriptors["map:stats"], len(probe.stats)) as counts:
            counts[:] = bytes(len(counts))

    def __getattr__(self, name: str) -> object:
        return getattr(self.probe, name)

    def close(self) -> None:
        """Its owner does."""


def follow(probe: Probe, words: Sequence[str], consumers: Sequence[Consumer], everything: bool = False) -> Followed:
    """Run a program once the source knows its process; the pipeline ends when the program has."""
    child = subprocess.Popen(
        ["/bin/sh", "-c", 'read x; exec "$@"', "sh", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert child.stdin is not None and child.stdout is not None
    lent = Lent(probe)
    probe.watch(child.pid)
    want(probe, None if everything else wanted_by(list(consumers)))
    source = LiveSource(lent, lambda epoch: scan(lambda: tree(child.pid), epoch))
    state = State("falco")
    times: list[tuple[float, float]] = []

    def tick() -> None:
        if source.scans and not times:
            times.append((time.monotonic(), time.process_time()))
            child.stdin.write("\n")
        if len(times) == 1 and child.poll() is not None:
            times.append((time.monotonic(), time.process_time()))
            source.stop()
        assert not times or time.monotonic() - times[0][0] < TIME_LIMIT_S

    try:
        Pipeline(source, state, list(consumers), on_progress=tick).run()
    finally:
        child.kill()
        said, _ = child.communicate()
        source.close()
        probe.want(())
        probe.unwatch(child.pid)
    (began, used), (ended, used_then) = times
    return Followed(source, state, child.pid, ended - began, used_then - used, said)
