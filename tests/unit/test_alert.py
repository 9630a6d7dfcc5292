"""Alerts as lines."""

import json

import pytest

from firmer.alert import PRIORITIES, Alert, Clock


def alert(output: str = "o", **fields) -> Alert:
    return Alert(
        "h",
        output,
        {"evt.time": 1_700_000_000_000_000_001, **fields},
        "Notice",
        "R",
        "syscall",
        ("a", "b"),
        "2023-11-14T22:13:20.000000001Z",
    )


def test_json_has_falcos_keys_in_falcos_order():
    assert alert().json_line() == (
        b'{"hostname":"h","output":"o","output_fields":{"evt.time":1700000000000000001},"priority":"Notice","rule":"R","source":"syscall",'
        b'"tags":["a","b"],"time":"2023-11-14T22:13:20.000000001Z"}\n'
    )


def test_the_capture_stands_there_when_there_is_one():
    found = alert()
    found.capture, found.capture_event, found.events_lost = "x.scap", 7, 3
    told = json.loads(found.json_line())
    assert (told["capture"], told["capture_event"], told["events_lost"]) == ("x.scap", 7, 3)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", b"plain\n"),
        ('"q" \\ /', b'\\"q\\" \\\\ /\n'),
        ("a\nb\tc\r\b\f", b"a\\nb\\tc\\r\\b\\f\n"),
        ("\x1b[31m\x00\x07", b"\\u001b[31m\\u0000\\u0007\n"),
        ("\x7f \x80 \x9b \x9f", b"\\u007f \\u0080 \\u009b \\u009f\n"),
        ("\u202e \u2066 \u200b \ufeff", b"\\u202e \\u2066 \\u200b \\ufeff\n"),
        ("\U000e0041", b"\\udb40\\udc41\n"),
        ("é Â € 😀", "é Â € 😀\n".encode()),
    ],
)
def test_no_control_character_leaves_raw(text, line):
    assert alert(text).text_line() == line
    encoded = alert(text, name=text).json_line()
    assert line[:-1] in encoded
    assert json.loads(encoded)["output"] == text
    assert json.loads(encoded)["output_fields"]["name"] == text


@pytest.mark.parametrize(
    ("ns", "of_day", "whole"),
    [
        (0, "00:00:00.000000000", "1970-01-01T00:00:00.000000000Z"),
        (1_534_527_348_514_844_869, "17:35:48.514844869", "2018-08-17T17:35:48.514844869Z"),
        (1_600_000_000_000_005_000, "12:26:40.000005000", "2020-09-13T12:26:40.000005000Z"),
    ],
)
def test_times(ns, of_day, whole):
    clock = Clock()
    clock.zone = 0
    assert clock.read(ns) == (of_day, whole)
    assert clock.read(ns) == (of_day, whole)


def test_times_of_day_are_local():
    clock = Clock()
    clock.zone = 2 * 3600
    assert clock.read(0) == ("02:00:00.000000000", "1970-01-01T00:00:00.000000000Z")


@pytest.mark.parametrize("ns", [2**63, 2**64 - 1])
def test_no_time_is_too_large(ns):
    Clock().read(ns)


def test_priorities_begin_with_the_most_urgent():
    assert (PRIORITIES[0], PRIORITIES[-1], len(PRIORITIES)) == ("Emergency", "Debug", 8)
