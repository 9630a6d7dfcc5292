"""What the layout of a capture tells of its writer, and the order of captures."""

import pytest
from scap import CLOSE_X, call, head, open_and_close, s64

from firmer.detect.capture_info import capture_info, in_order


@pytest.fixture
def info_of(tmp_path):
    def make(content):
        path = tmp_path / "a.scap"
        path.write_bytes(content)
        return capture_info(str(path))

    return make


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (head() + open_and_close(1), "before 0.23"),
        (head() + open_and_close(), "enter and exit events"),
        (head() + call(CLOSE_X, s64(0)) * 100, "exit events only"),
        (head() + call(CLOSE_X, s64(0)), ""),
    ],
)
def test_writer(info_of, content, told):
    assert told in info_of(content).written_by


def test_disorder_and_lack_of_time_are_odd(info_of):
    found = info_of(head() + call(CLOSE_X, s64(0), at=5) + call(CLOSE_X, s64(0), at=3) + call(CLOSE_X, s64(0), at=4, flags=1))
    assert found.odd == {"events older than the one before": 1, "state-only events": 1}


def test_overlapping_captures_have_no_order(tmp_path):
    paths = []
    for name, times in (("a", (0, 5)), ("b", (4, 9))):
        path = tmp_path / name
        path.write_bytes(head() + b"".join(call(CLOSE_X, s64(0), at=at) for at in times))
        paths.append(str(path))
    with pytest.raises(ValueError, match="overlap"):
        in_order(paths)
