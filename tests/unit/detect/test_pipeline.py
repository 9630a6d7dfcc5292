"""The loop: every event goes through, consumers say what they want and when they have enough."""

import io

import pytest

from firmer.authoring.scenario import CLASSIC, TODAY, Host
from firmer.capture.reader import Reader
from firmer.detect.pipeline import Pipeline, enters_for, wanted_by
from firmer.detect.printer import Printer
from firmer.events.table import EVENT_KEY_COUNT, event_types
from firmer.fields.format import Format
from firmer.rules.load import load_rules
from firmer.state.state import State

READ_ENTER, READ_EXIT = 6, 7


@pytest.fixture
def capture(tmp_path):
    host = Host()
    host.process("cat").read_file("/etc/hosts", "127.0.0.1")
    host.write(tmp_path / "a.scap", CLASSIC)
    return str(tmp_path / "a.scap")


def printer(out, **options):
    return Printer(Format("%evt.type", "sysdig"), out, **options)


def run(capture, *consumers, **options):
    with Reader(capture) as reader:
        pipeline = Pipeline(reader, State("sysdig"), list(consumers), **options)
        return pipeline.run(), reader.events


def test_all_events_are_carried_through(capture):
    out = io.BytesIO()
    _, read = run(capture, printer(out))
    assert read == 6


def test_several_consumers_see_the_same_events(capture):
    outs = io.BytesIO(), io.BytesIO()
    consumers = [printer(out) for out in outs]
    run(capture, *consumers)
    for consumer in consumers:
        consumer.finish()
    assert outs[0].getvalue() == outs[1].getvalue() != b""


def test_a_consumer_that_has_enough_ends_the_run(capture):
    _, read = run(capture, printer(io.BytesIO(), limit=2))
    assert read == 2


def test_progress_is_told(capture, tmp_path):
    host = Host()
    process = host.process("cat")
    for _ in range(40_000):
        process.chdir("/")
    host.write(tmp_path / "long.scap", TODAY)
    told = []
    run(str(tmp_path / "long.scap"), printer(io.BytesIO()), on_progress=lambda: told.append(1))
    assert told


def test_who_wants_everything_gets_everything():
    assert wanted_by([printer(io.BytesIO())]) == b"\1" * EVENT_KEY_COUNT


def test_rules_want_their_types_only(tmp_path):
    (tmp_path / "r.yaml").write_text("- {rule: a, desc: b, condition: evt.type = read, output: c, priority: DEBUG}")
    wanted = wanted_by([load_rules([str(tmp_path / "r.yaml")])])
    assert [row["name"] for row in event_types() if wanted[row["id"]]] == ["read"]


def test_enters_are_kept_for_exits_that_somebody_wants():
    wanted = bytearray(EVENT_KEY_COUNT)
    assert not enters_for(bytes(wanted))[READ_ENTER]
    wanted[READ_EXIT] = 1
    assert enters_for(bytes(wanted))[READ_ENTER]
