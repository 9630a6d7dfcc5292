"""proc.duration, proc.pid.ts and their like."""

import pytest

CLONE = ("clone<", 20, 40, "bash", b"", 20, 20, 10, "", 8, 0, 0, 1, 1, 0, "bash", b"", 0, 0, 0, 20, 20)
SIGNAL = ("kill<", 40, 0, 1, 15)
CHILD = ("clone<", 40, 41, "bash", b"", 40, 40, 20, "", 8, 0, 0, 1, 1, 0, "bash", b"", 0, 0, 0, 40, 40)
BY_CHILD = ("kill<", 41, 0, 1, 15)
BORN = 1_000_000_001_000


@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
def test_duration_counts_from_the_clone(ask_worker, dialect):
    assert ask_worker("proc.duration", CLONE, SIGNAL, dialect=dialect) == 1000
    assert ask_worker("proc.duration", ("kill<", 30, 0, 1, 15), dialect=dialect) is None


@pytest.mark.parametrize(
    "field,value",
    [("proc.pid.ts", BORN + 1000), ("proc.ppid.ts", BORN), ("proc.ppid.duration", 2000), ("proc.duration", 1000)],
)
def test_times_of_parent_and_child(ask_worker, field, value):
    assert ask_worker(field, CLONE, CHILD, BY_CHILD) == value


@pytest.mark.parametrize("field,value", [("proc.ppid.duration", None), ("proc.ppid.ts", 0), ("proc.pidns_init_start_ts", 900_000_000_000)])
def test_parent_whose_start_was_not_seen(ask_worker, field, value):
    assert ask_worker(field) == value
