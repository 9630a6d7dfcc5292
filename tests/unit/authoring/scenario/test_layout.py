"""Calls as event blocks in three layouts."""

import struct

import pytest

from firmer.authoring.scenario.layout import CLASSIC, EVERYWHERE, TODAY, Call, blocks, newest, rows

OPENAT, CONNECT, DUP, DUP2, PROCEXIT, CONTAINER, ASYNC = 307, 23, 125, 363, 186, 324, 402
LAYOUTS = {"today": TODAY, "classic": CLASSIC, "everywhere": EVERYWHERE}


def told(name, layout, **values):
    """(type, time, parameter count) of each event of one call."""
    found = []
    for block in blocks(Call(name, 12, 1_000, 2_000, 1, values), layout):
        _, _, cpu, ts, tid, _, kind, count = struct.unpack_from("<IIHQqIHI", block)
        assert (cpu, tid) == (1, 12)
        found.append((kind, ts, count))
    return found


CASES = [
    ("openat", "today", [(OPENAT, 2_000, 7)]),
    ("openat", "classic", [(OPENAT - 1, 1_000, 4), (OPENAT, 2_000, 6)]),
    ("openat", "everywhere", [(OPENAT - 1, 1_000, 4), (OPENAT, 2_000, 7)]),
    ("connect", "classic", [(CONNECT - 1, 1_000, 2), (CONNECT, 2_000, 2)]),
    ("dup2", "today", [(DUP2, 2_000, 3)]),
    ("dup2", "everywhere", [(DUP - 1, 1_000, 1), (DUP, 2_000, 1)]),
    ("procexit", "today", [(PROCEXIT, 1_000, 5)]),
    ("procexit", "classic", [(PROCEXIT, 1_000, 4)]),
    ("container", "today", []),
    ("container", "everywhere", [(CONTAINER, 1_000, 1)]),
    ("asyncevent", "classic", []),
    ("asyncevent", "everywhere", [(ASYNC, 1_000, 3)]),
    ("getpid", "today", [(1, 2_000, 2)]),
    ("getpid", "classic", [(0, 1_000, 2), (1, 2_000, 1)]),
    ("memfd_create", "today", [(405, 2_000, 3)]),
    ("memfd_create", "classic", []),
]


@pytest.mark.parametrize(("name", "layout", "events"), CASES)
def test_events_of_a_call(name, layout, events):
    assert told(name, LAYOUTS[layout]) == events


def test_the_child_of_a_clone_enters_nothing():
    made = blocks(Call("clone", 12, 0, 1, 0, {"res": 0}, entered=False), CLASSIC)
    assert len(made) == 1


def test_no_system_call_of_that_name():
    with pytest.raises(ValueError, match="'frobnicate' is no system call"):
        told("frobnicate", TODAY)


def test_parameters_are_found_by_name_in_enter_and_exit():
    enter, leave = blocks(Call("close", 1, 0, 1, 0, {"fd": 7, "res": -9}), EVERYWHERE)
    assert struct.pack("<q", 7) in enter
    assert struct.pack("<qq", -9, 7) in leave


def test_newest_types_are_none_that_are_old_or_unused():
    names = {rows()[kind]["name"] for kind in newest(False).values()}
    assert {"openat", "execve", "clone", "accept", "procexit"} <= names
    assert newest(False)["accept"] == newest(True)["accept"] == 247
