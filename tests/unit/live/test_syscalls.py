"""Which slots and programs a wanted call has in every ABI."""

import os

import pytest

from firmer.live.probe import probe_folder
from firmer.live.syscalls import OPERATIONS, SOCKETCALL, Syscalls

pytestmark = pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers of x86-64")
PROGRAMS = {"openat", "close", "stat", "umount", "recvmmsg", "socketcall", "generic"}


@pytest.fixture(scope="module")
def calls():
    return Syscalls(probe_folder() / "syscalls.json", PROGRAMS)


@pytest.mark.parametrize(
    ("name", "slots"),
    [
        ("openat", {("calls", 257, "openat"), ("calls32", 295, "openat")}),
        ("getppid", {("calls", 110, "generic"), ("calls32", 64, "generic")}),
        ("stat", {("calls", 4, "stat"), ("calls32", 106, "stat"), ("calls32", 18, "stat"), ("calls32", 195, "stat")}),
        ("chown", {("calls", 92, "calls"), ("calls32", 182, "calls"), ("calls32", 212, "calls")}),
        ("readv", {("calls", 19, "data"), ("calls", 515, "data"), ("calls32", 145, "data")}),
        ("umount2", {("calls", 166, "calls"), ("calls32", 52, "calls"), ("calls32", 22, "umount")}),
        (
            "recvmmsg",
            {
                ("calls", 299, "recvmmsg"),
                ("calls", 537, "recvmmsg"),
                ("calls32", 337, "recvmmsg"),
                ("calls32", 417, "recvmmsg"),
                ("calls32", 102, "socketcall"),
                ("socketcalls", 19, "recvmmsg"),
            },
        ),
    ],
)
def test_every_abi_follows_the_native_number(calls, name, slots):
    found = set(calls.slots({calls.numbers[name]}))
    assert found == slots


@pytest.mark.parametrize(("which", "name"), SOCKETCALL.items())
def test_socketcall_follows_each_of_its_family(calls, which, name):
    slots = set(calls.slots({calls.numbers[calls.twin(name)]}))
    assert {("calls32", 102, "socketcall"), ("socketcalls", which, calls.program(name))} <= slots


def test_operations_of_io_uring_follow_their_calls(calls):
    assert calls.operations({calls.numbers["openat"], calls.numbers["read"]}) == {18: 257, 4: 0, 22: 0}
    assert set(OPERATIONS.values()) <= calls.numbers.keys()


def test_nothing_wanted_is_no_slot(calls):
    assert list(calls.slots(set())) == []


def test_old_and_x32_names_are_calls_of_the_table(calls):
    assert sorted(row["x32"] for row in calls.native if "x32" in row) == list(range(512, 548))
    assert [calls.twin(name) for name in ("waitpid", "chown32", "futex_time64", "nothing")] == ["wait4", "chown", "futex", None]


def test_few_32_bit_calls_have_no_twin(calls):
    """They are not reported: no native number asks for them."""
    none = {row["name"] for row in calls.ia32 if calls.twin(row["name"]) is None}
    assert none == set(
        "oldolduname olduname sgetmask ssetmask socketcall ipc stime vm86 vm86old bdflush break ftime gtty idle lock mpx"
        " prof profil stty ulimit".split()
    ) & {row["name"] for row in calls.ia32}


def test_a_32_bit_call_without_a_twin_comes_when_all_are_asked_for(calls):
    ipc = ("calls32", 117, "generic")
    assert ipc in set(calls.slots(calls.numbers.values()))
    assert ipc not in set(calls.slots(set(calls.numbers.values()) - {calls.numbers["getppid"]}))
