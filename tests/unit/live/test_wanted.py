"""From what consumers want to system calls."""

import pytest

from firmer.events.table import EVENT_KEY_COUNT, event_types, syscall_codes
from firmer.live.probe import probe_folder
from firmer.live.syscalls import Syscalls
from firmer.live.wanted import calls_for, changes_state, numbers_of_types

TYPES = numbers_of_types(probe_folder() / "events.h")
CALLS = Syscalls(probe_folder() / "syscalls.json", ()).native
NUMBERS = {row["name"]: row["nr"] for row in CALLS}
NOTHING = bytes(EVENT_KEY_COUNT)


def wanting(*keys: int) -> bytes:
    return bytes(key in keys for key in range(EVENT_KEY_COUNT))


def key_of(name: str) -> int:
    return max(row["id"] for row in event_types() if row["name"] == name and row["dir"] == "<")


ALWAYS = [
    "execve",
    "clone",
    "clone3",
    "openat",
    "close",
    "dup2",
    "connect",
    "accept4",
    "setuid",
    "chdir",
    "prctl",
    "rename",
    "linkat",
    "mount",
]


@pytest.mark.parametrize("name", ALWAYS)
def test_what_changes_the_state_is_always_reported(name):
    assert NUMBERS[name] in calls_for(NOTHING, CALLS, TYPES)


@pytest.mark.parametrize("name", ["read", "write", "getppid", "mmap", "futex", "sendto", "recvmsg", "unlink"])
def test_what_nobody_wants_is_not(name):
    assert NUMBERS[name] not in calls_for(NOTHING, CALLS, TYPES)


@pytest.mark.parametrize("name", ["read", "write", "sendto", "unlinkat", "mmap"])
def test_what_is_wanted_is(name):
    assert calls_for(wanting(key_of(name)), CALLS, TYPES) - calls_for(NOTHING, CALLS, TYPES) == {NUMBERS[name]}


def test_generic_events_are_wanted_by_call():
    key = len(event_types()) + syscall_codes()["getppid"]
    assert calls_for(wanting(key), CALLS, TYPES) - calls_for(NOTHING, CALLS, TYPES) == {NUMBERS["getppid"]}


def test_who_wants_all_gets_all():
    assert calls_for(None, CALLS, TYPES) == set(NUMBERS.values())


def test_every_call_gives_an_event_of_the_table():
    rows = event_types()
    assert all(rows[TYPES[row["exit"]]]["dir"] == "<" for row in CALLS)


def test_data_alone_changes_nothing():
    assert not changes_state(event_types()[key_of("sendto")]["flags"])
    assert changes_state(event_types()[key_of("connect")]["flags"])
