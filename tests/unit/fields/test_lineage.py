"""The walks up the process tree end, whatever the tree."""

import pytest


@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
@pytest.mark.parametrize("parents", [{30: 30}, {30: 31, 31: 30}, {30: 31, 31: 31}, {30: 31, 31: 32, 32: 33, 33: 34, 34: 32}])
def test_rounds_end(ask_worker, thread_entry, parents, dialect):
    threads = [thread_entry(tid, ptid) for tid, ptid in parents.items()]
    assert set(ask_worker("proc.apid", threads=threads, dialect=dialect) or ()) <= set(parents)
    ask_worker("proc.aname[500]", threads=threads, dialect=dialect)
    assert ask_worker("proc.aname[999999]", threads=threads, dialect=dialect) is None


def test_a_long_row_is_walked_as_far_as_anybody_may_ask(ask_worker, thread_entry):
    threads = [thread_entry(tid, tid + 1) for tid in range(30, 3000)]
    assert len(ask_worker("proc.apid", threads=threads)) == 1024
