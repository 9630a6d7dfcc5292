"""Rings together; how they are merged is tested with the source that does it."""

import pytest
from rings import PAGE, FakeProbe, FakeRing

from firmer.live.lanes import Lanes


@pytest.mark.parametrize(("rings", "conf", "problem"), [(0, PAGE, "0 rings"), (65, PAGE, "65 rings"), (2, 12, "12 bytes for 2")])
def test_what_cannot_be_read_is_refused(rings, conf, problem):
    with pytest.raises(ValueError, match=problem):
        Lanes([FakeRing() for _ in range(rings)], bytearray(conf))


def test_closed_it_lets_go_of_the_settings():
    probe = FakeProbe()
    lanes = Lanes(probe.rings, probe.conf)
    with pytest.raises(BufferError):
        probe.conf.close()
    lanes.close()
    probe.conf.close()
