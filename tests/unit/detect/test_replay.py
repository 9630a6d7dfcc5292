"""Rules over captures: reports add up, several processes give what one gives, damage is told at the end."""

import io
from collections import Counter

import pytest

from firmer.authoring.scenario import Host
from firmer.capture.encode import state_only
from firmer.capture.reader import Reader
from firmer.capture.writer import Writer
from firmer.detect.context import Window
from firmer.detect.replay import ContextOptions, Report, exists, replay, replay_all
from firmer.events.section import Section
from firmer.rules.load import load_rules

RULE = "- rule: Read\n  desc: reads\n  condition: evt.type = openat\n  output: by %proc.name\n  priority: NOTICE\n"


@pytest.fixture
def rules(tmp_path):
    (tmp_path / "rules.yaml").write_text(RULE)
    return load_rules([str(tmp_path / "rules.yaml")])


@pytest.fixture
def captures(tmp_path):
    paths = []
    for name in ("vim", "cat", "nano", "less", "more"):
        host = Host()
        host.process(name).read_file("/etc/hosts")
        host.write(tmp_path / f"{name}.scap")
        paths.append(str(tmp_path / f"{name}.scap"))
    return paths


def test_alerts_go_to_the_writer_and_into_the_report(rules, captures):
    alerts = []
    report = replay(captures[0], rules, alerts.append)
    assert [alert.rule for alert in alerts] == ["Read"]
    assert (report.events, report.alerts, report.by_rule, report.errors) == (6, 1, Counter(Read=1), [])


def test_a_rule_set_can_be_used_again(rules, captures):
    for path in captures:
        assert replay(path, rules, lambda alert: None).alerts == 1


@pytest.mark.parametrize("jobs", [1, 2, 9])
def test_captures_come_out_in_their_order(jobs, rules, captures):
    out = io.BytesIO()
    report = replay_all(captures, rules, out, "text", jobs=jobs)
    assert [line.split()[-1] for line in out.getvalue().decode().splitlines()] == ["vim", "cat", "nano", "less", "more"]
    assert (report.events, report.alerts, report.by_priority) == (30, 5, Counter(Notice=5))


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_damaged_capture_does_not_stop_the_others(jobs, rules, captures, tmp_path):
    with open(captures[1], "rb") as file:
        content = file.read()
    (tmp_path / "cut.scap").write_bytes(content[:-5])
    report = replay_all([captures[0], str(tmp_path / "cut.scap"), captures[2]], rules, io.BytesIO(), "text", jobs=jobs)
    assert report.alerts == 3
    assert len(report.errors) == 1 and "cut.scap" in report.errors[0]


def test_reports_add_up():
    one = Report(events=2, seconds=1.0, alerts=1, by_rule=Counter(a=1), notes=Counter(lost=2), errors=["x"])
    one.add(Report(events=3, seconds=2.0, alerts=2, by_rule=Counter(a=1, b=1), dumps=["d"]))
    assert (one.events, one.alerts, one.by_rule, one.notes, one.dumps, one.errors) == (
        5,
        3,
        Counter(a=2, b=1),
        Counter(lost=2),
        ["d"],
        ["x"],
    )
    assert one.seconds == 3.0


@pytest.mark.parametrize(("path", "there"), [("-", True), ("/nope.scap", False), ("/etc/passwd", True)])
def test_exists(path, there):
    assert exists(path) is there


def test_state_only_events_raise_no_alerts(rules, captures, tmp_path):
    steps = list(Reader(captures[0]).steps())
    with Writer(tmp_path / "hidden.scap") as writer:
        for step in steps:
            if isinstance(step, Section):
                writer.section(step)
            else:
                writer.event_bytes(state_only(step.block_bytes))
    report = replay(str(tmp_path / "hidden.scap"), rules, lambda alert: None)
    assert (report.events, report.alerts) == (6, 0)


def test_alerts_tell_their_dump_and_the_event_in_it(rules, captures, tmp_path):
    alerts = []
    options = ContextOptions(str(tmp_path / "dumps"), Window(events=2), Window(events=1))
    report = replay(captures[0], rules, alerts.append, options)
    assert [alert.capture for alert in alerts] == report.dumps
    found = next(event for event in Reader(alerts[0].capture).events_iter() if event.num == alerts[0].capture_event)
    assert found.ts == alerts[0].time_ns
    again = []
    replay(report.dumps[0], rules, again.append)
    assert [alert.output_fields for alert in again] == [alert.output_fields for alert in alerts]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk_costs_the_dumps_not_the_alerts(jobs, rules, captures, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("firmer.detect.context.create", full)
    report = replay_all(captures[:2], rules, io.BytesIO(), "text", ContextOptions(str(tmp_path), Window(), Window()), jobs=jobs)
    assert report.alerts == 2 and report.dumps == []
    assert len(report.errors) == 2 and all("No space left on device" in error for error in report.errors)
