"""A stretch of a capture prints, and is written, as in the whole."""

import pytest
from recordings import lines, story, write

from firmer.capture.reader import Reader
from firmer.detect.point import Point


@pytest.fixture
def capture(tmp_path):
    path = tmp_path / "in.scap"
    path.write_bytes(story())
    return str(path)


@pytest.mark.parametrize(
    ("begin", "end", "first", "last"), [("#4", "#9", 3, 9), ("+0.8", "+1.6", 8, 17), (None, "#3", 0, 3), ("+2", None, 20, 24)]
)
def test_a_stretch_prints_and_is_written_as_in_the_source(capture, tmp_path, begin, end, first, last):
    ends = {"begin": Point.parse(begin) if begin else None, "end": Point.parse(end) if end else None}
    assert lines(*write(capture, tmp_path / "out", **ends)) == lines(capture)[first:last]


def test_a_stretch_without_events_is_a_capture_without_events(capture, tmp_path):
    (written,) = write(capture, tmp_path / "out", begin=Point.parse("#99"))
    with Reader(str(written)) as reader:
        assert list(reader.events_iter()) == []
