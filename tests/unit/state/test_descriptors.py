"""Copying, making and closing descriptors."""

import pytest

CLOEXEC = 1 << 12

COPIES = [
    pytest.param([("dup<", 100, 7, 3)], 7, False, id="dup"),
    pytest.param([("dup2<", 100, 7, 3, 7)], 7, False, id="dup2"),
    pytest.param([("dup3<", 100, 7, 3, 7, CLOEXEC)], 7, True, id="dup3-cloexec"),
    pytest.param([(124, 100, 3), (125, 100, 7)], 7, False, id="old-dup-reads-its-enter-event"),
    pytest.param([("fcntl<", 100, 7, 3, 1, 0)], 7, False, id="fcntl-dupfd"),
    pytest.param([("fcntl<", 100, 7, 3, 26, 0)], 7, True, id="fcntl-dupfd-cloexec"),
    pytest.param([("fcntl<", 100, 0, 3, 3, 1)], 3, True, id="fcntl-setfd"),
]


@pytest.mark.parametrize(("events", "number", "cloexec"), COPIES)
def test_copies_name_the_same_file(host, events, number, cloexec):
    host.go(*events)
    assert host.name(100, number) == b"/etc/hosts"
    assert bool(host.fd(100, number).open_flags & CLOEXEC) is cloexec


def test_copy_of_an_unknown_descriptor_is_as_unknown(host, sysdig_host):
    for each, name in ((host, None), (sysdig_host, b"/etc/hosts")):  # sysdig leaves the target as it was
        each.go(("dup>", 100, 55), ("dup<", 100, 3, 55))
        assert each.name(100, 3) == name


def test_a_copy_to_standard_output_marks_a_pipe_source(host):
    host.go(("dup2<", 100, 1, 3, 1))
    assert host.thread(100).flags & 1 << 21


def test_close_is_seen_by_consumers_and_gone_with_the_next_event(any_host):
    any_host.go(("close>", 100, 3), ("close<", 100, 0, 3))
    assert any_host.state.fd.name == b"/etc/hosts"
    any_host.go(("dup2<", 1, -9, 55, 56))
    assert any_host.fd(100, 3) is None


def test_failed_close_keeps_the_descriptor(any_host):
    any_host.go(("close>", 100, 3), ("close<", 100, -5, 3)).settle()
    assert any_host.name(100, 3) == b"/etc/hosts"


def test_close_range_closes_a_stretch(host):
    host.go(("close_range<", 100, 0, 4, 1000, 0))
    assert host.name(100, 3) and host.fd(100, 4) is None


def test_close_range_may_only_mark(host):
    host.go(("close_range<", 100, 0, 3, 3, 4))
    assert host.fd(100, 3).open_flags & CLOEXEC and not host.fd(100, 4).open_flags & CLOEXEC


@pytest.mark.parametrize("call", ["pipe", "pipe2"])
def test_pipe_makes_two_ends(host, call):
    host.go((call + "<", 100, 0, 8, 9, 4242, *([0] if call == "pipe2" else [])))
    assert [(host.fd(100, k).type, host.fd(100, k).ino) for k in (8, 9)] == [(7, 4242), (7, 4242)]


KINDS = [
    ("eventfd", 9),
    ("eventfd2", 9),
    ("signalfd", 11),
    ("signalfd4", 11),
    ("timerfd_create", 14),
    ("inotify_init", 13),
    ("inotify_init1", 13),
]
TODAY = [("epoll_create", 12), ("epoll_create1", 12), ("bpf", 17), ("userfaultfd", 18), ("io_uring_setup", 19)]


@pytest.mark.parametrize(("call", "kind"), KINDS + TODAY)
def test_descriptors_without_a_name(host, call, kind):
    host.go((call + "<", 100, 8, 0))
    assert (host.fd(100, 8).type, host.name(100, 8)) == (kind, b"")


def test_sysdig_does_not_follow_userfaultfd(sysdig_host):
    sysdig_host.go(("userfaultfd>", 100), ("userfaultfd<", 100, 8, 0))
    assert sysdig_host.fd(100, 8) is None


def test_pidfd_names_its_process_and_lends_its_descriptors(host):
    host.go(("pidfd_open<", 1, 8, 100, 0), ("pidfd_getfd<", 1, 9, 8, 3, 0))
    assert host.name(1, 8) == b"/proc/100" and host.name(1, 9) == b"/etc/hosts"


def test_a_full_table_is_counted(host):
    host.go(*[("dup<", 100, number, 3) for number in range(10, 4200)])
    assert host.state.counters == {"descriptors: table full": 4190 - 4094}
