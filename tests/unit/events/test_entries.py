"""Entries are records: compared by value, copied, sent to other processes; their texts are bytes, their numbers have a width."""

import pickle

import pytest

from firmer.events.entries import NO_ID, NO_LOGINUID, FdEntry, ThreadEntry
from firmer.record import replace

THREAD = ThreadEntry(7, 7, 1, comm=b"sh", args=b"-c\0", flags=2**32 - 1, exe_ino=2**64 - 1)
FD = FdEntry(3, 16, 5, b"/etc/hosts", dev=2049, bare=True)


@pytest.mark.parametrize("entry", [THREAD, FD, ThreadEntry(1, 1, 0), FdEntry(0, 1)], ids=repr)
def test_a_copy_is_equal_and_another_one(entry):
    for copy in (replace(entry), pickle.loads(pickle.dumps(entry)), eval(repr(entry))):
        assert copy == entry and copy is not entry


@pytest.mark.parametrize("entry", [THREAD, FD], ids=["thread", "descriptor"])
def test_each_value_counts(entry):
    for name in entry.__match_args__:
        value = getattr(entry, name)
        other = not value if isinstance(value, bool) else value + b"x" if isinstance(value, bytes) else value - 1 if value else 1
        changed = replace(entry, **{name: other})
        assert changed != entry and getattr(changed, name) == other, name


def test_what_is_not_told_is_not_known():
    entry = ThreadEntry(5, 5, 1)
    assert (entry.sid, entry.pgid, entry.maker, entry.loginuid, entry.fdlimit) == (NO_ID, NO_ID, NO_ID, NO_LOGINUID, -1)
    assert entry != FdEntry(5, 5, 1)


@pytest.mark.parametrize("wrong", [{"comm": "text"}, {"comm": None}, {"tid": 2**63}, {"tid": "7"}, {"colour": 1}], ids=str)
def test_what_an_entry_cannot_hold_is_refused(wrong):
    with pytest.raises((TypeError, OverflowError)):
        replace(THREAD, **wrong)
