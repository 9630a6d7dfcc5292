"""Each layer of the measurement sees every event."""

from layers import layers

from firmer.authoring.demo import CAPTURE
from firmer.capture.reader import read_all


def test_every_layer_sees_every_event(tmp_path):
    events = sum(1 for _ in read_all(str(CAPTURE)))
    found = {name: run(str(CAPTURE)) for name, run in layers(tmp_path)}
    assert set(found.values()) == {events}
    assert {"walking the blocks", "and keeping the state"} < set(found)
