"""Captures in another layout say the same."""

import pytest
from recordings import story
from scap import CLOSE_E, CLOSE_X, OPENAT_X, READ_X, call, head, open_and_close, s64, u32

from firmer.capture.reader import read_all
from firmer.ui.cli.main import run

CLONE_X = 223


@pytest.fixture
def converted(tmp_path):
    def convert(content, layout):
        (tmp_path / "in").write_bytes(content)
        assert run(["capture", "convert", "--to", layout, "-w", str(tmp_path / "out"), str(tmp_path / "in")]) == 0
        return list(read_all(str(tmp_path / "out")))

    return convert


def test_today_an_exit_carries_what_its_enter_said(converted):
    events = converted(head() + open_and_close(1), "today")
    close = events[-1]
    assert (close.type, close.nparams, close.raw_bytes(1)) == (CLOSE_X, 2, s64(5))
    assert CLOSE_E not in [event.type for event in events]


def test_today_what_is_today_is_copied(converted):
    block = call(CLOSE_X, s64(0), s64(5))
    assert [event.block_bytes for event in converted(head() + block, "today")] == [block]


def test_to_today_twice_is_once(converted, tmp_path):
    once = [event.block_bytes for event in converted(story(), "today")]
    assert [event.block_bytes for event in converted((tmp_path / "out").read_bytes(), "today")] == once


def test_sysdig_gets_enter_events_with_what_the_exits_know(converted):
    events = converted(head() + call(READ_X, s64(4), b"abcd", s64(7), u32(99)), "sysdig")
    assert [event.type for event in events] == [READ_X - 1, READ_X]
    assert [events[0].raw_bytes(0), events[0].raw_bytes(1)] == [s64(7), u32(99)]


def test_sysdig_keeps_enter_events_that_are_there(converted):
    assert [event.type for event in converted(story(), "sysdig")][:4] == [OPENAT_X - 1, OPENAT_X, READ_X - 1, READ_X]


def test_a_child_begins_without_enter_event(converted):
    assert [event.type for event in converted(head() + call(CLONE_X, s64(0)), "sysdig")] == [CLONE_X]
    assert [event.type for event in converted(head() + call(CLONE_X, s64(9)), "sysdig")] == [CLONE_X - 1, CLONE_X]
