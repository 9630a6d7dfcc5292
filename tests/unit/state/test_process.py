"""Ends, places and limits of processes."""

import pytest


def test_procexit_is_seen_and_then_gone(any_host):
    any_host.go(("procexit>", 101, 0))
    assert any_host.state.thread.tid == 101
    assert any_host.settle().thread(101) is None


def test_a_leader_stays_while_its_threads_live(any_host):
    any_host.go(("procexit>", 100, 0)).settle()
    assert any_host.thread(100) is not None and any_host.name(101, 3) == b"/etc/hosts"
    any_host.go(("procexit>", 101, 0)).settle()
    assert any_host.thread(100) is None and any_host.thread(101) is None


def test_orphans_go_to_init(host, clone):
    host.go(clone(100, 200, 100, 100, 1), ("procexit>", 101, 0), ("procexit>", 100, 0)).settle()
    assert host.thread(200).ptid == 1


def test_the_kernels_word_on_the_reaper_counts(host, clone):
    host.go(clone(1, 50, 1, 1, 0), clone(100, 200, 100, 100, 1), ("procexit>", 101, 0), ("procexit>", 100, 0, 0, 0, 0, 50)).settle()
    assert host.thread(200).ptid == 50


def test_a_subreaper_takes_the_orphans(host, clone):
    host.go(clone(100, 200, 100, 100, 1), clone(200, 300, 200, 200, 100), ("prctl<", 100, 0, 36, None, 1), ("procexit>", 200, 0)).settle()
    assert host.thread(300).ptid == 100


PLACES = [
    pytest.param(("chdir<", 100, 0, "sub"), b"/home/sub/", id="chdir"),
    pytest.param(("chdir<", 100, 0, "/"), b"/", id="root"),
    pytest.param(("chdir<", 100, -2, "/no"), b"/home/", id="failed"),
    pytest.param(("chdir<", 101, 0, "/t"), b"/t/", id="by-a-thread"),
    pytest.param(("fchdir<", 100, 0, 4), b"/srv/data/", id="fchdir"),
    pytest.param(("getcwd<", 100, 5, "/cwd"), b"/cwd/", id="getcwd"),
]


@pytest.mark.parametrize(("event", "cwd"), PLACES)
def test_the_working_directory_belongs_to_the_leader(host, event, cwd):
    host.go(event)
    assert host.thread(100).cwd == cwd


def test_chroot_and_setsid(host):
    host.go(("chroot<", 100, 0, "jail"), ("setsid<", 100, 100))
    assert (host.thread(100).root, host.thread(100).sid) == (b"/home/jail", 100)


LIMITS = [
    pytest.param(("setrlimit<", 101, 0, 77, 99, 7), 77, id="setrlimit"),
    pytest.param(("setrlimit<", 101, 0, 77, 99, 3), -1, id="another-resource"),
    pytest.param(("prlimit<", 1, 0, 88, 99, 1, 1, 100, 7), 88, id="prlimit-of-another"),
]


@pytest.mark.parametrize(("event", "limit"), LIMITS)
def test_limits_of_open_files(host, event, limit):
    host.go(event)
    assert host.thread(100).fdlimit == limit


def test_memory_and_faults(host):
    host.go(("brk<", 101, 0, 11, 12, 13, 0), ("switch>", 101, 0, 5, 6, 21, 22, 23))
    thread, leader = host.thread(101), host.thread(100)
    assert (thread.vmsize_kb, thread.pfmajor, thread.pfminor, leader.vmsize_kb) == (11, 5, 6, 21)
