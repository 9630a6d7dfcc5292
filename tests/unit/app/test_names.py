"""Containers that begin while the host is watched get their names; the keeper is played here."""

import pytest

from firmer.app.names import Names
from firmer.events.section import Group, Section, ThreadEntry, User
from firmer.live.containers import Container, record
from firmer.state.state import State

HEX = "ab" * 32
ID = HEX[:12].encode()


class Keeper:
    """Answers what it is given, once."""

    def __init__(self):
        self.asked, self.found = [], ([], [])

    def ask(self, container, pid):
        self.asked.append((container, pid))

    def answers(self):
        found, self.found = self.found, ([], [])
        return found


def a_section(*pids):
    inside = f"cpu=/docker/{HEX}\0".encode()
    threads = [ThreadEntry(1, 1, 0, comm=b"init", cgroups=b"cpu=/\0")]
    return Section(threads=threads + [ThreadEntry(pid, pid, 1, comm=b"sh", cgroups=inside) for pid in pids])


@pytest.fixture
def keeper():
    return Keeper()


@pytest.fixture
def state():
    state = State("falco")
    state.load(a_section(70))
    return state


@pytest.fixture
def names(state, keeper):
    return Names(state, keeper, every_s=0)


def test_each_container_is_asked_for_once(names, keeper):
    names.tick()
    names.tick()
    ((container, pid),) = keeper.asked
    assert (container.id, container.engine, pid) == (ID, "docker", 70)


def test_at_first_the_control_group_tells(names, state):
    names.tick()
    assert (state.containers[ID].full_id, state.containers[ID].name) == (HEX.encode(), b"")


def test_what_was_found_comes_into_the_state(names, state, keeper):
    names.tick()
    told = record(Container(ID, "docker", 0, HEX.encode()), {"name": "web", "image": "nginx"})
    keeper.found = ([told, b"no json"], [User(7, 7, b"app", b"/", b"", ID), Group(8, b"apps", ID)])
    names.tick()
    assert (state.containers[ID].name, state.containers[ID].image) == (b"web", b"nginx")
    assert state.accounts.user(7, ID).name == b"app" and state.accounts.group(8, ID).name == b"apps"


def test_a_scan_takes_no_name_away(names, state, keeper):
    names.tick()
    keeper.found = ([record(Container(ID, "docker", 0), {"name": "web"})], [])
    names.tick()
    state.containers[ID] = "anew"
    names.tick()
    assert state.containers[ID].name == b"web"


def test_without_containers_nobody_is_asked(keeper):
    state = State("falco")
    state.load(a_section())
    names = Names(state, keeper, every_s=0)
    keeper.answers = None
    names.tick()
    assert keeper.asked == []


def test_it_rests_between(state, keeper):
    names = Names(state, keeper, every_s=100)
    names.tick()
    keeper.answers = None
    names.tick()
