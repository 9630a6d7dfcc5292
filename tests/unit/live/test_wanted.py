"""From what consumers want to system calls."""

import re

import pytest

from firmer.events.table import EVENT_KEY_COUNT, NAMED, event_types, syscall_codes
from firmer.live.probe import probe_folder
from firmer.live.syscalls import Syscalls
from firmer.live.wanted import CALLS as IA32_AT
from firmer.live.wanted import ENTERS, IA32_CASES, TRACEPOINTS, beginnings, calls_for, changes_state, numbers_of_types, tracepoints_for

TYPES = numbers_of_types(probe_folder() / "events.h")
SYSCALLS = Syscalls(probe_folder() / "syscalls.json", ())
CALLS = SYSCALLS.native
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


def facts(wanted):
    """(place, type, code, case) of what tells its beginning."""
    told = beginnings(wanted, SYSCALLS, TYPES)
    assert all(fact & ENTERS for fact in told.values())
    return {(place, fact & 0xFFFF, fact >> 16 & 0xFFFF, fact >> 32 & 0xFFFF) for place, fact in told.items()}


def test_only_what_a_consumer_wants_tells_its_beginning():
    kind = key_of("read") - 1
    code = syscall_codes()["read"]
    for key in (kind, kind + 1):
        expected = {(NUMBERS["read"], kind, code, kind)} | {(IA32_AT + 3, kind, code, kind) for _ in SYSCALLS.ia32[:1]}
        assert facts(wanting(key)) == expected
    assert facts(NOTHING) == set()


def test_the_beginning_alone_is_reason_to_report_the_call():
    assert NUMBERS["read"] in calls_for(wanting(key_of("read") - 1), CALLS, TYPES)


def test_generic_calls_begin_generically():
    key = len(event_types()) + syscall_codes()["getppid"]
    assert (NUMBERS["getppid"], 0, syscall_codes()["getppid"], 0) in facts(wanting(key))


def test_calls_that_do_not_come_back_tell_no_beginning():
    told = {place for place, *_ in facts(None)}
    assert not told & {NUMBERS["exit"], NUMBERS["exit_group"], NUMBERS["rt_sigreturn"]}
    assert told > {NUMBERS["read"], NUMBERS["getppid"], NUMBERS["execve"]}


@pytest.mark.skipif(not SYSCALLS.ia32, reason="no 32-bit calls here")
def test_32_bit_calls_with_arguments_of_their_own_have_a_case_of_their_own():
    rows = {row["name"]: row["nr"] for row in SYSCALLS.ia32}
    cases = {place: case for place, _, _, case in facts(None)}
    assert cases[IA32_AT + rows["nanosleep"]] == IA32_CASES + rows["nanosleep"]
    assert cases[IA32_AT + rows["read"]] == key_of("read") - 1


def test_every_case_of_the_program_is_of_a_call():
    """And every enter event that has parameters, of a call that gives it, has a case: else it would come without them."""
    rows = event_types()
    text = (probe_folder() / "enters.c").read_text()
    cases = {TYPES[name] for name in re.findall(r"case EV_(\w+):", text)}
    kinds = {kind for _, kind, _, _ in facts(None)}
    assert {kind for kind in kinds if rows[kind]["params"]} <= cases


SIGNAL, FAULT, SWITCH = (set(TRACEPOINTS[name]) for name in ("SIGNALDELIVER_E", "PAGE_FAULT_E", "SCHEDSWITCH_6_E"))
FAULTS = {"PAGE_FAULT_E"}


def asking(**bytes_by_name: int) -> bytes:
    asked = bytearray(EVENT_KEY_COUNT)
    for name, byte in bytes_by_name.items():
        asked[TYPES[name]] = byte
    return bytes(asked)


@pytest.mark.parametrize(
    ("wanted", "unnamed", "found"),
    [
        (NOTHING, (), set()),
        (NOTHING, FAULTS, set()),
        (None, (), SIGNAL),
        (None, FAULTS, SIGNAL | FAULT),
        (bytes([1]) * EVENT_KEY_COUNT, (), SIGNAL),
        (asking(SIGNALDELIVER_E=1), (), SIGNAL),
        (asking(SCHEDSWITCH_6_E=1, PAGE_FAULT_E=1), (), set()),
        (asking(SCHEDSWITCH_6_E=1, PAGE_FAULT_E=1), FAULTS, FAULT),
        (asking(SCHEDSWITCH_6_E=NAMED), (), SWITCH),
        (asking(PAGE_FAULT_E=NAMED, SIGNALDELIVER_E=NAMED), (), FAULT | SIGNAL),
    ],
)
def test_tracepoints_are_on_for_who_asks(wanted, unnamed, found):
    assert tracepoints_for(wanted, TYPES, unnamed) == found


def test_every_tracepoint_has_its_program():
    text = "".join(path.read_text() for path in probe_folder().glob("*.c"))
    assert set(re.findall(r"^LATER\((\w+)\)", text, re.M)) == SIGNAL | FAULT | SWITCH
