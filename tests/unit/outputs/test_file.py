"""Alerts as lines of a file."""

import json
import os
import resource
import signal

import pytest
from alerts import alert

from firmer.outputs.file import File, FileSettings


@pytest.fixture
def path(tmp_path):
    return tmp_path / "alerts.json"


def names(path):
    return [json.loads(line)["rule"] for line in path.read_text().splitlines()]


def test_lines_are_added_at_the_end(path):
    for rule in "ab":
        (output,) = FileSettings(path=str(path)).open()
        output.send([alert(rule)])
        output.close()
    assert names(path) == ["a", "b"]


def test_only_its_owner_may_read_it(path):
    File(str(path), "json").close()
    assert path.stat().st_mode & 0o777 == 0o600


def move(path):
    path.rename(path.with_suffix(".1"))


def move_and_replace(path):
    move(path)
    path.touch()


@pytest.mark.parametrize("rotate", [move, move_and_replace])
def test_a_file_that_was_moved_away_is_begun_anew(rotate, path):
    output = File(str(path), "json")
    output.send([alert("before")])
    rotate(path)
    output.send([alert("after")])
    assert (names(path.with_suffix(".1")), names(path)) == (["before"], ["after"])


def test_reopen_begins_anew_and_leaks_no_descriptor(path):
    output = File(str(path), "json")
    before = len(os.listdir("/proc/self/fd"))
    move(path)
    output.reopen()
    output.send([alert()])
    assert names(path) == ["Shadow read"] and len(os.listdir("/proc/self/fd")) == before


def test_a_failed_write_leaves_no_half_line(path):
    output = File(str(path), "json")
    output.send([alert("whole")])
    size = path.stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, limits[1]))
    try:
        with pytest.raises(OSError, match=r"alerts\.json"):
            output.send([alert("cut")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    output.send([alert("next")])
    assert names(path) == ["whole", "next"]


def link(path):
    path.symlink_to(path.with_suffix(".target"))


def folder(path):
    path.mkdir()


@pytest.mark.parametrize("plant", [link, os.mkfifo, folder])
def test_what_is_no_file_is_refused(plant, path):
    plant(path)
    with pytest.raises(OSError):
        File(str(path), "json")
    assert not path.with_suffix(".target").exists()


def test_check_touches_nothing(path):
    FileSettings(path=str(path)).check()
    assert not path.exists()
    with pytest.raises(FileNotFoundError):
        FileSettings(path=str(path / "below" / "x")).check()
