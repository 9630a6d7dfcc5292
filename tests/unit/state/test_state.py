"""What the current event is attached to, and what the state keeps in between."""

import pytest

from firmer.state.state import limit_threads

READ = [(6, 100, 3, 10), (7, 100, 10, b"abc")]


def test_an_exit_finds_its_descriptor(host):
    host.go(("read<", 100, 10, b"abc", 3, 10))
    assert (host.state.fd_num, host.state.fd.name, host.state.old_fd_name) == (3, b"/etc/hosts", b"/etc/hosts")


def test_old_enter_events_are_hidden_today_and_counted_by_sysdig(any_host):
    any_host.go(*READ)
    assert any_host.seen == [any_host.state.sysdig, True]
    assert any_host.state.fd.name == b"/etc/hosts"


def test_numbers_of_today_skip_what_is_hidden(host):
    numbers = []
    for event in host.events(*READ, *READ):
        host.state.process(event)
        numbers.append((event.num, event.today_num))
    assert numbers == [(1, 0), (2, 1), (3, 0), (4, 2)]


def test_an_enter_event_is_attached_when_somebody_asked_for_it(host):
    host.state.keep_enters = bytes(6) + b"\1" + bytes(447)
    enters = []
    for event in host.events(*READ, READ[1]):
        host.state.process(event)
        enters.append(event.enter and event.enter.raw_bytes(1))
    assert enters == [None, (10).to_bytes(4, "little"), None]


def test_the_enter_event_of_another_call_is_passed_over_and_counted(host):
    host.state.keep_all_enters = True
    host.go((6, 100, 3, 10), (9, 100, 4, b"x"))
    assert host.state.counters == {"enter events: of another call": 1}


def test_an_enter_event_of_an_unknown_thread_waits_for_its_exit(host):
    host.go((18, 900, 2, 1, 6))
    assert host.thread(900) is None
    host.go((19, 900, 5))
    assert host.fd(900, 5).l4proto == 2


def test_pending_enter_events_in_the_order_they_came(any_host):
    any_host.state.keep_all_enters = True
    any_host.go((8, 1, 3, 10), (6, 100, 3, 10), (6, 101, 4, 10), (7, 100, 10, b"abc"))
    kinds = [int.from_bytes(block[10 + 20 : 10 + 22], "little") for block in any_host.state.pending_enters()]
    assert kinds == [8, 6]


UNKNOWN = [
    pytest.param(("clone<", 900, -1), id="clone"),
    pytest.param(("switch>", 900, 0, 0, 0, 0, 0, 0), id="switch"),
    pytest.param(("procexit>", 900, 0), id="procexit"),
]


@pytest.mark.parametrize("event", UNKNOWN)
def test_events_that_make_no_thread(host, event):
    host.go(event)
    assert host.state.thread is None and host.thread(900) is None


def test_meta_events_look_a_thread_up_for_sysdig_today_only_procinfo_does(any_host):
    any_host.go(("drop>", 100, 1))
    assert (any_host.state.thread is None) != any_host.state.sysdig
    any_host.go(("procinfo>", 100, 1, 2))
    assert any_host.state.thread.tid == 100
    any_host.go(("procinfo>", 900, 1, 2))
    assert any_host.state.thread is None and any_host.thread(900) is None


def test_the_zero_of_relative_time_passes_over_container_records(host):
    host.go((324, -1, b"{}"), ("drop>", 1, 1), ("drop>", 1, 1))
    assert host.state.first_ts == host.ts - 1000


def test_a_new_section_forgets_everything(host, make_host):
    host.go(("open<", 100, 5, "/a", 1, 0, 0, 0), (402, -1, 0, "container", b'{"container":{"id":"abc"}}'))
    host.state.load(make_host().state.snapshot())
    assert host.fd(100, 5) is None and host.state.containers == {}


def test_an_unknown_dialect_is_refused(make_host):
    with pytest.raises(ValueError, match="no dialect 'klingon'"):
        make_host("klingon")


def test_a_full_thread_table_is_counted(host):
    limit_threads(host.state, 4)
    host.go(*[("chdir<", tid, -1, "/") for tid in (900, 901, 902)])
    assert host.state.counters == {"threads: table full": 2} and host.state.thread is None


def test_accounts_may_be_passed_over(strict_host):
    assert strict_host.state.users == {}
