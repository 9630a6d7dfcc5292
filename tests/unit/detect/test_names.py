"""Containers get their names while the host is watched; who finds out about them is played here."""

import pytest

from firmer.detect import names as module
from firmer.detect.names import Names
from firmer.events.section import Group, Section, ThreadEntry, User
from firmer.live.containers import Container, record
from firmer.state.state import State

HEX, OTHER = "ab" * 32, "cd" * 32
ID = HEX[:12].encode()
WEB = Container(ID, "docker", 0, HEX.encode())
TOLD = record(WEB, {"name": "web", "image": "nginx"})


class Asked:
    """Answers what it is given, once."""

    def __init__(self):
        self.asked, self.found, self.notes, self.looks = [], ([], []), {}, 0

    def ask(self, container, pid):
        self.asked.append((container, pid))

    def answers(self):
        self.looks += 1
        found, self.found = self.found, ([], [])
        return found


def a_section(*pids, group=f"/docker/{HEX}", containers=()):
    inside = f"cpu={group}\0".encode()
    threads = [ThreadEntry(1, 1, 0, comm=b"init", cgroups=b"cpu=/\0")]
    return Section(threads=threads + [ThreadEntry(pid, pid, 1, comm=b"sh", cgroups=inside) for pid in pids], containers=list(containers))


@pytest.fixture
def asked():
    return Asked()


@pytest.fixture
def state():
    state = State("falco")
    state.load(a_section(70))
    return state


@pytest.fixture
def told():
    return []


@pytest.fixture
def names(state, asked, told):
    return Names(state, asked, told.append, every_s=0)


def test_each_container_is_asked_for_once(names, asked):
    names.tick()
    names.tick()
    ((container, pid),) = asked.asked
    assert (container, pid) == (WEB, 70)


def test_at_first_the_control_group_tells(names, state, told):
    names.tick()
    assert (state.containers[ID].full_id, state.containers[ID].name, told) == (HEX.encode(), None, [])


def test_what_was_found_is_told(names, state, asked, told):
    names.tick()
    asked.found = ([TOLD, b"no json"], [User(7, 7, b"app", b"/", b"", ID), Group(8, b"apps", ID)])
    names.tick()
    assert told == [TOLD]
    assert state.accounts.user(7, ID).name == b"app" and state.accounts.group(8, ID).name == b"apps"
    looks = asked.looks
    names.tick()
    assert asked.looks == looks, "nobody is waited for any more"


def test_what_an_engine_tells_later_is_told_too(names, asked, told, monkeypatch):
    monkeypatch.setattr(module, "LOOK_S", 0)
    better = record(WEB, {"name": "web", "image": "nginx", "imagedigest": "sha256:12"})
    names.tick()
    for found in (TOLD, better, better):
        asked.found = ([found], [])
        names.tick()
    assert told == [TOLD, better]


@pytest.mark.parametrize(("known", "expected"), [([record(WEB)], []), ([], [record(WEB)])], ids=["found by a scan", "begun since"])
def test_what_no_engine_knows_is_told_once(asked, told, known, expected):
    state = State("falco")
    state.load(a_section(70, containers=known))
    names = Names(state, asked, told.append, every_s=0)
    names.tick()
    asked.found = ([record(WEB)], [])
    names.tick()
    names.tick()
    assert told == expected


@pytest.mark.parametrize("known", [TOLD, record(Container(b"web", "lxc", 1))], ids=["an engine", "its control group"])
def test_what_a_scan_has_found_out_is_not_asked_for(asked, told, known):
    state = State("falco")
    state.load(a_section(70, group=f"/docker/{HEX}" if known is TOLD else "/lxc/web", containers=[known]))
    Names(state, asked, told.append, every_s=0).tick()
    assert (asked.asked, told) == ([], [])


def test_a_scan_takes_no_name_away(names, state, asked, told):
    names.tick()
    asked.found = ([TOLD], [])
    names.tick()
    state.load(a_section(70, containers=[record(WEB)]))
    names.tick()
    assert state.containers[ID].name == b"web"
    assert told == [TOLD, TOLD], "a capture begins anew, too"
    names.tick()
    assert len(told) == 2


def test_a_process_that_is_gone_leaves_a_container_to_ask_for(names, state, asked):
    state.load(a_section())
    state.ids_by_cgroups()[f"cpu=/docker/{HEX}\0".encode()] = ID
    names.tick()
    assert asked.asked == [(WEB, 0)]


def test_without_containers_nobody_is_asked(asked):
    state = State("falco")
    state.load(a_section())
    names = Names(state, asked, None, every_s=0)
    names.tick()
    assert (asked.asked, asked.looks) == ([], 0)


def test_it_rests_between(state, asked):
    names = Names(state, asked, None, every_s=100)
    names.tick()
    names.tick()
    assert asked.looks == 1


def test_the_dead_are_forgotten_where_there_is_no_room(names, state, asked, monkeypatch):
    monkeypatch.setattr(module, "MOST", 1)
    names.tick()
    state.ids_by_cgroups()[f"cpu=/docker/{OTHER}\0".encode()] = OTHER[:12].encode()
    names.tick()
    assert len(asked.asked) == 1, "somebody is still in the first one"
    state.load(a_section(70, group=f"/docker/{OTHER}"))
    names.tick()
    assert [container.full_id.decode() for container, _ in asked.asked] == [HEX, OTHER]
    assert set(state.containers) == {OTHER[:12].encode()}
