"""New threads, whichever side of the call is seen first."""

import pytest

FILES, THREAD, INVERTED, IN_PIDNS, VFORK, PARENT = 1, 1 << 13, 1 << 16, 1 << 29, 1 << 27, 1 << 8


def parent_first(clone):
    return clone(100, 200, 100, 100, 1), clone(200, 0, 200, 200, 100)


def child_first(clone):
    return clone(200, 0, 200, 200, 100), clone(100, 200, 100, 100, 1)


@pytest.mark.parametrize("order", [parent_first, child_first])
def test_a_process_has_a_copy_of_its_parents_table(any_host, clone, order):
    any_host.go(*order(clone), ("close>", 200, 3), ("close<", 200, 0, 3)).settle()
    child = any_host.thread(200)
    assert (child.ptid, child.pid, child.comm, child.cwd, child.uid) == (100, 200, b"bash", b"/home/", 1000)
    assert any_host.name(100, 3) == b"/etc/hosts" and any_host.fd(200, 3) is None


@pytest.mark.parametrize("result_first", [True, False])
def test_a_thread_shares_its_leaders_table(any_host, clone, result_first):
    flags = FILES | THREAD
    sides = [clone(100, 150, 100, 100, 1, flags), clone(150, 0, 150, 100, 1, flags)]
    any_host.go(*(sides if result_first else sides[::-1]), ("close>", 150, 3), ("close<", 150, 0, 3)).settle()
    assert any_host.thread(150).pid == 100 and any_host.fd(100, 3) is None


def test_the_new_thread_counts(host, clone):
    host.go(clone(100, 150, 100, 100, 1, FILES | THREAD))
    assert (host.thread(100).nthreads, host.thread(100).nchilds) == (3, 2)


LATER = [
    pytest.param(IN_PIDNS, {}, id="child-in-a-pid-namespace"),
    pytest.param(0, {"vtid": 7}, id="caller-in-a-pid-namespace"),
]


@pytest.mark.parametrize(("flags", "ids"), LATER)
def test_a_namespace_number_makes_no_thread(any_host, clone, flags, ids):
    any_host.go(clone(100, 7, 100, 100, 1, flags, **ids))
    assert any_host.thread(7) is None


@pytest.mark.parametrize("flags", [VFORK, PARENT])
def test_today_waits_for_the_child_after_vfork(host, clone, flags):
    host.go(clone(100, 200, 100, 100, 1, flags))
    assert host.thread(200) is None


def test_a_late_parent_does_not_bring_the_child_back(host, clone):
    host.go(clone(200, 0, 200, 200, 100), ("procexit>", 200, 0), clone(100, 200, 100, 100, 1))
    assert host.thread(200) is None


def test_a_reused_tid_is_a_new_thread(any_host, clone, execve):
    any_host.go(clone(100, 200, 100, 100, 1))
    any_host.go(clone(1, 200, 1, 1, 0, comm="other"))
    assert (any_host.thread(200).ptid, any_host.thread(200).comm) == (1, b"other")


def test_an_unknown_caller_becomes_known(host, clone):
    host.go(clone(900, 901, 900, 900, 1))
    assert (host.thread(900).ptid, host.thread(901).ptid) == (1, 900)


def test_failed_clone_makes_nothing(any_host, clone):
    any_host.go(clone(100, -11, 100, 100, 1))
    assert any_host.state.tids() == [1, 100, 101]


def test_an_unknown_leader_is_known_by_its_first_thread(host, clone):
    host.go(clone(901, 0, 901, 900, 100, FILES | THREAD | IN_PIDNS, vtid=8, vpid=7, comm="worker"))
    leader = host.thread(900)
    assert (leader.comm, leader.pid, leader.ptid, leader.vtid, leader.vpid, leader.nthreads) == (b"worker", 900, 100, 7, 7, 2)
