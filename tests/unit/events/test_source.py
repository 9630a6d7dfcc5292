"""A capture as a source; the live one is tested in tests/unit/live."""

import scap

from firmer.capture.encode import encode_event
from firmer.capture.reader import Reader
from firmer.events.source import Source


def test_the_current_event_stays_what_it_is(tmp_path):
    path = tmp_path / "a.scap"
    path.write_bytes(scap.header() + encode_event(scap.CLOSE_X, 1, 1, [scap.s64(0), scap.s64(3)]))
    with Reader(str(path)) as reader:
        assert isinstance(reader, Source)
        _, event = reader.steps()
        before = event.block_bytes
        reader.give_back()
        assert event.block_bytes == before
    assert reader.now == 0, "a capture has no time between its events"
