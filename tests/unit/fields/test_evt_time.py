"""evt.*: times, differences, latencies."""

import time

import pytest

from firmer.fields.evt_time import human_time, print_times

CLOSE = ("close<", 100, 0, 3)
START = 1_000_000_000_000  # of the small host; each event is 1000 ns later
VALUES = [
    ("evt.rawtime", (CLOSE,), START + 1000),
    ("evt.rawtime.s", (CLOSE,), 1000),
    ("evt.rawtime.ns", (CLOSE,), 1000),
    ("evt.time", (CLOSE,), START + 1000),
    ("evt.datetime.s", (CLOSE,), START + 1000),
    ("evt.reltime", (CLOSE, CLOSE), 1000),
    ("evt.reltime", (("close<", 100, 0, 3), ("close<", 100, 2.5, 0, 3)), 2_500_001_000),
    ("evt.reltime.s", (CLOSE, ("close<", 100, 2.5, 0, 3)), 2),
    ("evt.reltime.ns", (CLOSE, ("close<", 100, 2.5, 0, 3)), 500_001_000),
    ("evt.deltatime", (CLOSE,), 0),
    ("evt.deltatime", (CLOSE, CLOSE, ("close<", 100, 2.5, 0, 3)), 2_500_001_000),
    ("evt.deltatime.s", (CLOSE, ("close<", 100, 2.5, 0, 3)), 2),
    ("evt.deltatime.ns", (CLOSE, ("close<", 100, 2.5, 0, 3)), 500_001_000),
    ("evt.latency", (CLOSE,), 0),
    ("evt.latency.human", (CLOSE,), "0ns"),
    ("evt.wait_latency", (CLOSE,), 0),
]


@pytest.mark.parametrize(("field", "events", "value"), VALUES)
def test_values(ask, field, events, value):
    assert ask(field, *events) == value


def test_old_entries_do_not_begin_the_capture_for_falco(ask):
    events = ((4, 100, 3), (5, 100, 0))
    assert ask("evt.reltime", *events) == 0
    assert ask("evt.reltime", *events, dialect="sysdig") == 1000


SLEEP = ((134, 100, 5), (135, 100, 1.5, 0))
LATENCIES = [
    ("evt.latency", SLEEP, 1_500_001_000),
    ("evt.latency.s", SLEEP, 1),
    ("evt.latency.ns", SLEEP, 500_001_000),
    ("evt.latency.human", SLEEP, "1.50s"),
    ("evt.wait_latency", SLEEP, 1_500_001_000),
    ("evt.wait_latency", ((4, 100, 3), (5, 100, 0)), None),
    ("evt.latency", ((4, 100, 3),), 0),
]


@pytest.mark.parametrize(("field", "events", "value"), LATENCIES)
def test_sysdig_measures_from_entry_to_exit(ask, field, events, value):
    assert ask(field, *events, dialect="sysdig") == value


HUMAN = [
    (835, b"835ns"), (3439, b"3.43us"), (16_999, b"16us"), (1_209_999, b"1.20ms"), (37_000_000, b"37ms"), (1_059_999_999, b"1.05s"),
    (125_000_000_000, b"2:5"), (3_723_000_000_000, b"01:02:03"), (0, b"0ns"),
]  # fmt: skip


@pytest.mark.parametrize(("ns", "text"), HUMAN)
def test_a_person_s_time_is_cut_not_rounded(ns, text):
    assert human_time(ns) == text


@pytest.mark.parametrize(("distance_ms", "inside"), [(0, True), (1, True), (-1, True), (1.5, False)])
def test_around_counts_begun_milliseconds(ask, distance_ms, inside):
    middle = START + 1000 + int(distance_ms * 1_000_000)
    assert (ask(f"evt.around[{middle}]", CLOSE, output=False) <= 1) is inside


@pytest.fixture
def mode(request):
    yield print_times
    print_times("h")


MODES = [("a", b"1000.3000"), ("r", b"0.000002000"), ("d", b"0.000001000"), ("D", b"0.000001000")]


@pytest.mark.parametrize(("letter", "text"), MODES)
def test_time_column(ask, mode, letter, text):
    mode(letter)
    assert ask("evt.outputtime", (4, 100, 3), (4, 100, 3), (5, 100, 0), dialect="sysdig", text=True) == text


def test_hour_of_day_is_the_default(ask):
    ahead = time.localtime().tm_gmtoff
    clock = time.strftime("%H:%M:%S", time.gmtime(1000 + ahead))
    assert ask("evt.outputtime", (4, 100, 3), dialect="sysdig", text=True) == clock.encode() + b".000001000"


def test_unknown_mode():
    with pytest.raises(ValueError, match="x"):
        print_times("x")
