"""`firmer capture`: what captures are, pieces of them, several in one."""

import json

import pytest
from recordings import lines, story
from scap import FIRST_TS

from firmer.ui.cli.capture import shown, stamp
from firmer.ui.cli.main import run


@pytest.fixture
def capture(tmp_path):
    path = tmp_path / "in.scap"
    path.write_bytes(story())
    return str(path)


def test_info_tells_host_state_events_and_times(capture, capsys):
    assert run(["capture", "info", "--json", capture]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["events"], found["enter_events"], found["exit_events"]) == (24, 12, 12)
    assert found["hosts"][0] | {"hostname": "box", "cpus": 4, "processes": 1, "users": 1, "groups": 1} == found["hosts"][0]
    assert (found["first_ts"], found["last_ts"]) == (FIRST_TS, FIRST_TS + 2_300_000_000)
    assert found["types"] == dict.fromkeys(["> openat", "< openat", "> read", "< read", "> close", "< close"], 4)
    assert (found["odd"], found["damage"]) == ({}, "")


def test_info_of_a_damaged_capture_tells_what_is_before_the_damage(tmp_path, capsys):
    path = tmp_path / "cut.scap"
    path.write_bytes(story()[:-7])
    assert run(["capture", "info", str(path)]) == 1
    told = capsys.readouterr().out
    assert "events      23 in" in told
    assert "damaged     " in told


def test_what_is_cut_prints_as_in_the_whole(capture, tmp_path):
    piece = str(tmp_path / "piece.scap")
    assert run(["capture", "cut", "--from", "#4", "--to", "+1.2", "-w", piece, "-z", capture]) == 0
    assert lines(piece) == lines(capture)[3:13]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("cut -w x IN", "say where with --from"),
        ("cut --from later -w x IN", "'later' is no time"),
        ("merge -w x IN IN", "overlap in time"),
        ("merge -w x nosuch", "no such file"),
    ],
)
def test_mistakes_are_told(capture, capsys, words, told):
    assert run(["capture", *(capture if word == "IN" else word for word in words.split())]) == 2
    assert told in capsys.readouterr().err


def test_merge_orders_by_time(capture, tmp_path):
    early, late, whole = (str(tmp_path / name) for name in ("early", "late", "whole"))
    assert run(["capture", "cut", "--to", "#10", "-w", early, capture]) == 0
    assert run(["capture", "cut", "--from", "#11", "-w", late, capture]) == 0
    assert run(["capture", "merge", "-w", whole, late, early]) == 0
    assert lines(whole) == lines(capture)


def test_what_a_capture_says_cannot_steer_the_terminal():
    assert shown("host\x1b[2Jname") == "host?[2Jname"


@pytest.mark.parametrize(
    ("ts", "text"), [(FIRST_TS + 7, "2023-11-14 22:13:20.000000007 UTC"), (2**64 - 2, "2554-07-21 23:34:33.709551614 UTC")]
)
def test_times(ts, text):
    assert stamp(ts) == text
