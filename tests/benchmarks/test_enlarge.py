"""A small capture made large: as many events as asked for, time only goes on, and readers take it."""

import subprocess

import pytest
from enlarge import enlarge, read_base
from story import capture

from firmer.capture.reader import read_all


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    path = folder / "large.scap"
    base = read_base(capture(folder))
    with path.open("wb") as out:
        made = enlarge(base, out, 3 * base.count - 1)
    return base, made, path


def test_at_least_as_many_as_asked_for(large):
    base, made, path = large
    assert made == 3 * base.count == sum(1 for _ in read_all(str(path)))


def test_time_goes_on(large):
    times = [event.ts for event in read_all(str(large[2]))]
    assert times == sorted(times)


def test_sysdig_counts_the_same(large, sysdig):
    base, made, path = large
    lines = subprocess.run([sysdig, "-r", path, "-p", "%evt.num"], capture_output=True, text=True, check=True).stdout.split()
    assert int(lines[-1]) == made - 3 * base.strange


def test_a_file_without_events_is_refused(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(ValueError, match="no events"):
        read_base(tmp_path / "empty")
