"""A moment stays what it was, whatever the state does afterwards, and costs what changed."""

import re
from pathlib import Path

import pytest

from firmer.events.section import FdEntry
from firmer.state.moment import Moment, resume, take_moment
from firmer.state.state import State

STATE = Path(__file__).resolve().parents[3] / "engine" / "firmer" / "state"
MANY = 300
# of a thread, what stands for its place among the others, its descriptors, the event under way, or can be made anew
APART = {
    *("last_fd", "group", "children", "fds", "spellings", "pending", "spare", "last_enter", "enter_ts", "latency", "kept", "moment"),
    *("args_text", "args_text_of", "cmdline_text", "cmdline_args", "cmdline_comm"),
}


def story(clone, execve, tuple4):
    """Events that change each kind of thing that a state knows, one by one."""
    return [
        clone(100, 200, 100, 100, 1), execve(200, "curl", "/usr/bin/curl"), ("chdir<", 200, 0, "/tmp"), ("dup2<", 200, 9, 4, 9),
        (18, 200, 2, 2, 17), (19, 200, 5), (30, 200, 5, 10, tuple4("10.0.0.1", 5001, "1.1.1.1", 53)), (31, 200, 10, b"abc"),
        ("pipe<", 200, 0, 6, 7, 99), ("dup2<", 200, 5000, 3, 5000), ("close<", 200, 0, 9), ("dup2<", 200, 5000, 4, 5000),
        (324, -1, b'{"container":{"id":"abc","name":"web"}}'), (324, -1, b'{"container":{"id":"abc","name":"other"}}'),
        ("setuid<", 200, 0, 33), clone(200, 300, 200, 200, 100), clone(200, 201, 200, 200, 100, flags=1 << 13 | 1),
        ("useradded>", -1, 5, 5, "five", "/", "", ""), ("close<", 100, 0, 3), ("procexit>", 200, 0, 0, 0, 0, 1), ("procexit>", 101, 0),
        ("openat>", 300, -100, "/x", 1, 0), execve(201, "sh", "/bin/sh"), ("chdir<", 4711, 0, "/"), clone(100, 200, 100, 100, 1),
        ("userdeleted>", -1, 5, 5, "", "", "", ""),
    ]  # fmt: skip


def told(state) -> tuple:
    section = state.snapshot()
    threads = [(entry, section.fds[entry.tid]) for entry in section.threads]
    about = (
        section.users,
        section.groups,
        section.interfaces,
        section.machine,
        section.containers,
        section.plugin_containers,
        section.ended,
    )
    return threads, *about, state.pending_enters()


def resumed(moment: Moment, dialect: str) -> State:
    state = State(dialect)
    state.keep_all_enters = True
    resume(state, moment)
    return state


@pytest.fixture
def moments(any_host, clone, execve, tuple4):
    """(what the state said, its moment, the events from there on), before each event of the story."""
    host = any_host
    host.state.keep_all_enters = True
    events = story(clone, execve, tuple4)
    taken, last = [], None
    for number, event in enumerate(events):
        said = told(host.state)
        last = take_moment(host.state, last)
        taken.append((said, last, events[number:], host.ts))
        host.go(event)
    return taken, host


def test_each_moment_is_the_state_as_it_was(moments):
    taken, host = moments
    dialect = "sysdig" if host.state.sysdig else "falco"
    assert len({repr(said) for said, *_ in taken}) > 15
    for said, moment, _, _ in taken:
        assert told(resumed(moment, dialect)) == said


def test_what_happens_next_does_the_same_to_a_resumed_state(moments, make_host):
    taken, host = moments
    end = told(host.state)
    for _, moment, events, ts in taken:
        other = make_host("sysdig" if host.state.sysdig else "falco")
        other.state.keep_all_enters = True
        resume(other.state, moment)
        other.ts = ts
        assert told(other.go(*events).state) == end


def test_two_states_from_one_moment_do_not_meet(host):
    moment = take_moment(host.state, None)
    before = told(host.state)
    for _ in range(2):
        other = resumed(moment, "falco")
        for event in host.events(("dup2<", 100, 9, 4, 9), ("close<", 100, 0, 3), ("chdir<", 100, 0, "/elsewhere")):
            other.process(event)
        assert told(other) != before
    assert told(resumed(moment, "falco")) == before == told(host.state)


@pytest.fixture
def crowd(make_host, thread_entry):
    """A host of many processes, each with many descriptors."""
    threads = [thread_entry(tid, env=b"A=%d\0" % tid) for tid in range(1, MANY + 1)]
    return make_host(threads=threads, fds={tid: [FdEntry(n, 1, n, b"/srv/%d" % n) for n in range(20)] for tid in range(1, MANY + 1)})


def test_what_does_not_change_is_shared(crowd):
    first = take_moment(crowd.state, None)
    second = take_moment(crowd.state, first)
    assert first.left_bytes == 0 and second.own_bytes == first.own_bytes
    assert MANY * 600 < first.own_bytes < MANY * 1500  # and not the descriptors


@pytest.mark.parametrize(
    ("events", "least", "most"),
    [
        pytest.param([("chdir<", 7, 0, "/elsewhere")], 600, 900, id="a thread changed"),
        pytest.param([("close<", 7, 0, 3)], 800, 1500, id="a descriptor went"),
        pytest.param([("dup2<", 7, 3, 4, 3)], 800, 1500, id="a descriptor was replaced"),
        pytest.param([("dup2<", 7, 30, 4, 30), ("close<", 7, 0, 30)] * 50, 600, 900, id="descriptors came and went"),
        pytest.param([("procexit>", 7, 0), ("chdir<", 8, -1, "/")], 6000, 9000, id="a process ended"),
    ],
)
def test_what_the_state_goes_on_without_is_counted(crowd, events, least, most):
    first = take_moment(crowd.state, None)
    crowd.go(*events).settle()
    second = take_moment(crowd.state, first)
    assert least < first.left_bytes < most and second.left_bytes == 0


def test_what_a_resumed_state_goes_on_without_is_not_counted(crowd):
    first = take_moment(crowd.state, None)
    other = resumed(first, "falco")
    for event in crowd.events(("close<", 7, 0, 3), ("close<", 7, 0, 4), ("close<", 7, 0, 5)):
        other.process(event)
    crowd.go(("dup2<", 7, 30, 4, 30)).settle()
    take_moment(crowd.state, first)
    assert 600 < first.left_bytes < 900
    again = take_moment(other, None)
    assert take_moment(other, again).left_bytes == 0 and told(resumed(again, "falco")) == told(other)


def test_accounts_and_containers_are_counted(host):
    first = take_moment(host.state, None)
    host.go((324, -1, b'{"container":{"id":"abc","name":"%s"}}' % (b"x" * 5000)))
    host.state.accounts.add_user(b"", 5, 5, b"five", b"", b"")
    second = take_moment(host.state, first)
    host.go((324, -1, b'{"container":{"id":"abc","name":"web"}}'))
    host.state.accounts.remove_user(b"", 5)
    third = take_moment(host.state, second)
    assert first.left_bytes < 1000 and second.left_bytes > 5600 and third.left_bytes == 0


def test_enter_events_that_are_over_are_counted(host):
    host.state.keep_all_enters = True
    first = take_moment(host.go(("openat>", 100, -100, "/" + "x" * 3000, 1, 0)).state, None)
    second = take_moment(host.state, first)
    assert first.left_bytes == 0
    third = take_moment(host.go(("openat<", 100, -2, -100, "/x", 1, 0, 0)).state, second)
    assert second.left_bytes > 3000 and third.left_bytes == 0


@pytest.mark.parametrize("function", ["copy_thread", "same_thread"])
def test_every_attribute_of_a_thread_is_either_copied_and_compared_or_apart(function):
    declared = (STATE / "thread.pxd").read_text().partition("cdef class Thread:")[2].partition("cdef bint valid")[0]
    lines = re.findall(r"^    cdef (?:readonly )?(?:\w+) ([\w, ]+?)\s*(?:#.*)?$", declared, re.M)
    names = {name.strip() for line in lines for name in line.split(",")}
    body = (STATE / "thread.pyx").read_text().partition(f" {function}(")[2].partition("\n\n\n")[0]
    assert len(names) > 50 and names - set(re.findall(r"\bthread\.(\w+)", body)) == APART


def test_moments_are_taken_and_not_made():
    with pytest.raises(TypeError, match="taken"):
        Moment()
