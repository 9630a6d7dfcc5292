"""An event is a view over its bytes; today's form of an old one is read from two."""

import struct

import pytest

from firmer.authoring.scenario import CLASSIC, TODAY, Host
from firmer.capture.reader import read_all

CLOSE, DUP_TODAY, DUP_OLD = 5, 367, 125
PASS, DROP, STORE, STORE_PASS = range(4)


@pytest.fixture
def events(tmp_path):
    def read(layout):
        host = Host()
        shell = host.process("sh")
        fd = shell.open("/etc/hosts")
        shell.dup2(fd, 0)
        shell.close(fd)
        shell.connect("203.0.113.7", 80)
        host.write(tmp_path / "a.scap", layout)
        return [event.copy() for event in read_all(str(tmp_path / "a.scap"))]

    return read


def number(value):
    return struct.unpack("<q", value)[0]


def test_today_s_parameters_are_as_they_stand(events):
    close = next(event for event in events(TODAY) if event.type == CLOSE)
    assert [number(close.param_bytes(k)) for k in range(2)] == [number(close.raw_bytes(k)) for k in range(2)] == [0, 3]
    assert close.param_bytes(2) is None and close.param_bytes(-1) is None


def test_an_old_exit_without_its_enter_lacks_what_that_told(events):
    close = next(event for event in events(CLASSIC) if event.type == CLOSE)
    assert (close.nparams, close.raw_bytes(1)) == (1, None)
    assert number(close.param_bytes(1)) == 0


def test_an_old_exit_takes_from_its_enter_what_it_lacks(events):
    found = events(CLASSIC)
    at = next(k for k, event in enumerate(found) if event.type == CLOSE)
    found[at].enter = found[at - 1]
    assert number(found[at].param_bytes(1)) == 3


def test_an_old_type_has_a_name_of_today(events):
    dup = next(event for event in events(CLASSIC) if event.type == DUP_OLD)
    assert dup.today == DUP_TODAY


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [(4, STORE), (5, PASS), (306, PASS), (22, STORE_PASS), (124, STORE)],
    ids=["close >", "close <", "openat >", "connect >", "dup >"],
)
def test_what_today_s_form_makes_of_it(kind, verdict, events):
    assert next(event for event in events(CLASSIC) if event.type == kind).verdict == verdict


def test_numbers_count_events_and_those_of_today(events):
    found = events(CLASSIC)
    assert [event.num for event in found] == list(range(1, len(found) + 1))
    assert found[-1].today_num < found[-1].num


def test_a_copy_keeps_its_bytes_and_its_enter(events):
    leave = events(TODAY)[0]
    leave.enter = leave
    other = leave.copy()
    assert (other.block_bytes, other.ts, other.tid, other.enter) == (leave.block_bytes, leave.ts, leave.tid, leave)
    assert other.owner is not leave.owner
