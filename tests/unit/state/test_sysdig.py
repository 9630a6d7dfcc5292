"""How events begin in sysdig's dialect, and what it can know of them."""

import pytest

from firmer.events.section import Section

READ = [(6, 100, 3, 10), (7, 100, 10, b"abc")]


def test_sysdig_measures_from_the_last_enter_event(sysdig_host):
    sysdig_host.go(*READ)
    assert (sysdig_host.state.latency, sysdig_host.state.enter_valid) == (1000, True)


def test_sysdig_attaches_nothing_to_an_exit_of_another_call(sysdig_host):
    sysdig_host.go((6, 100, 3, 10), (9, 100, 4, b"mism"))
    assert sysdig_host.state.fd is None and not sysdig_host.state.enter_valid and sysdig_host.state.fd_num == 3


LONE = [  # exits of today's layout, what tells whether they were taken
    pytest.param(("socket<", 100, 7, 2, 1, 6, 0), lambda host: host.fd(100, 7) is not None, id="socket"),
    pytest.param(("setuid<", 100, 0, 33), lambda host: host.thread(100).uid == 33, id="setuid"),
    pytest.param(("fcntl<", 100, 9, 3, 1), lambda host: host.name(100, 9) == b"/etc/hosts", id="fcntl-dup"),
    pytest.param(("setrlimit<", 100, 0, 5, 9, 7), lambda host: host.thread(100).fdlimit == 5, id="setrlimit"),
    pytest.param(("read<", 100, 10, b"abc", 3, 10), lambda host: host.state.fd is not None, id="descriptor-of-an-exit"),
]


@pytest.mark.parametrize(("event", "taken"), LONE)
def test_exits_without_their_enter_event_tell_sysdig_nothing(sysdig_host, strict_host, event, taken):
    for host, expected in ((sysdig_host, True), (strict_host, False)):
        host.go(event)
        assert (taken(host), host.state.lone_exits) == (expected, 1)


def test_types_that_sysdig_does_not_know_are_stepped_over(sysdig_host, strict_host):
    accept = ("accept4<", 100, 5, None, 0, 0, 0)
    assert sysdig_host.go(accept).seen == [True] and strict_host.go(accept).seen == [False]
    assert (sysdig_host.state.unknown_types, strict_host.state.unknown_types, strict_host.state.unnumbered) == (0, 1, 1)


def test_containers_at_the_head_of_a_further_section_have_no_number(sysdig_host):
    container, state = ("container>", -1, b'{"container":{"id":"0123456789ab","type":0,"name":"a"}}'), sysdig_host.state
    sysdig_host.go(container)
    assert state.unnumbered == 0
    state.load(Section())
    sysdig_host.go(container, container)
    assert state.unnumbered == 2
    sysdig_host.go(*READ, container)
    assert state.unnumbered == 2


def test_old_layouts_hide_nothing_from_sysdig(strict_host):
    strict_host.go((18, 100, 2, 1, 6), (19, 100, 5), *READ, (7, 100, 10, b"abc"))
    assert strict_host.fd(100, 5) is not None and strict_host.state.lone_exits == 0
