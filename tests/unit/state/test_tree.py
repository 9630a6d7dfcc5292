"""The process tree keeps its shape whatever events claim."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TIDS = st.integers(min_value=0, max_value=6)
CLONES = st.tuples(st.just("clone"), TIDS, TIDS, TIDS, TIDS, TIDS, st.sampled_from([0, 1, 1 << 13, (1 << 13) | 1, 1 << 16, 1 << 8]))
EXITS = st.tuples(st.just("procexit"), TIDS, TIDS)
EXECS = st.tuples(st.just("execve"), TIDS)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CLONES | EXITS | EXECS, max_size=40), st.sampled_from(["falco", "sysdig"]))
def test_hostile_ids_neither_hang_nor_lose_count(make_host, clone, execve, story, dialect):
    host = make_host(dialect)
    for what, *numbers in story:
        if what == "clone":
            tid, result, child, pid, ptid, flags = numbers
            host.go(clone(tid, result, child, pid, ptid, flags))
        elif what == "procexit":
            host.go(("procexit>", numbers[0], 0, 0, 0, 0, numbers[1]))
        else:
            host.go(execve(numbers[0], "x", "/x"))
    host.settle()
    for tid in host.state.tids():
        thread = host.thread(tid)
        assert thread.tid == tid and thread.nthreads >= 0 and thread.nchilds >= 0


def test_a_thread_that_is_its_own_parent(make_host, thread_entry):
    host = make_host(threads=[thread_entry(100, 100), thread_entry(200, 300), thread_entry(300, 200)])
    host.go(("procexit>", 200, 0), ("procexit>", 300, 0), ("procexit>", 100, 0)).settle()
    assert host.state.tids() == []


def test_living_threads_of_a_process(host):
    assert (host.thread(100).nthreads, host.thread(100).nchilds) == (2, 1)
    host.go(("procexit>", 101, 0)).settle()
    assert (host.thread(100).nthreads, host.thread(100).nchilds) == (1, 0)


def test_a_parent_that_is_not_there_is_none(make_host, thread_entry):
    assert make_host(threads=[thread_entry(100, 4711)]).thread(100).ptid == 0
    assert make_host("sysdig", threads=[thread_entry(100, 4711)]).thread(100).ptid == 4711
