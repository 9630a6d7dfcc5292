"""What waits in memory, with the live source around it: it is filled from a ring while the host is scanned."""

import pytest
from rings import FakeProbe
from scap import CLOSE_X, s64

from firmer.live.backlog import Backlog
from firmer.live.scan import Scan
from firmer.live.source import LiveSource

from firmer.events.section import Section  # isort: skip


def events_of(count: int, filler: int, limit: int = 64 << 20) -> list:
    """Events that came while the host was scanned."""
    probe = FakeProbe()

    def scan(epoch: int) -> Scan:
        while probe.lanes[0].at == 0:
            for ts in range(count):
                probe.event(CLOSE_X, ts, params=(s64(0), s64(ts), bytes(filler)))
        return Scan(Section())

    with LiveSource(probe, scan, limit) as source:
        found = []
        for step in source.steps():
            if step is None:
                source.stop()
            elif not isinstance(step, Section):
                found.append(step)
        return found


@pytest.mark.parametrize(("count", "filler"), [(0, 0), (1, 0), (400, 0), (3, 20_000)])
def test_what_waited_comes_in_order(count, filler):
    found = events_of(count, filler)
    assert [int.from_bytes(event.param_bytes(1), "little") for event in found] == list(range(count))
    assert all(event.raw_bytes(2) == bytes(filler) for event in found)


def test_it_has_a_limit():
    assert Backlog(10).limit == 10
    assert Backlog(10).held == 0
