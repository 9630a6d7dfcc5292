"""Dumps hold what was asked for, explain themselves, and merge when they overlap."""

import pytest

from firmer.capture.encode import encode_event
from firmer.capture.reader import Reader, read_all
from firmer.capture.writer import Writer
from firmer.detect.context import Context, Window, plain
from firmer.detect.pipeline import Pipeline
from firmer.events.section import FdEntry, Section, ThreadEntry
from firmer.state.consumer import Consumer
from firmer.state.state import State

CHDIR_X, OPENAT_X, WRITE_X = 77, 307, 9
START = 1_700_000_000_000_000_000
SECOND = 10**9


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("30s", Window(ns=30 * SECOND)),
        ("500ms", Window(ns=SECOND // 2)),
        ("2m", Window(ns=120 * SECOND)),
        ("17", Window(events=17)),
        ("0", Window(events=0)),
    ],
)
def test_a_window_is_a_time_or_a_number_of_events(text, window):
    assert Window.parse(text) == window


@pytest.mark.parametrize("text", ["", "-3", "1.5s", "5 s", "s", "9d"])
def test_other_windows_are_refused(text):
    with pytest.raises(ValueError, match="neither a time"):
        Window.parse(text)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Shell in container", "Shell-in-container"),
        ("../../etc/passwd", "etc-passwd"),
        ("\x1b[31mred", "31mred"),
        ("", "unknown"),
        ("a" * 99, "a" * 40),
    ],
)
def test_names_of_dumps_cannot_escape_the_folder(text, safe):
    assert plain(text) == safe
