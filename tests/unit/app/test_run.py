"""One run: alerts to all outputs with their dumps, reload between two events, an orderly end."""

import json
import os
import re
import signal

import pytest
from scap import OPENAT_X, call, head, s64, u32

from firmer.app.run import Run, rules_of
from firmer.app.settings import Config, ContextSettings
from firmer.app.signals import Signals
from firmer.app.sizes import Reach, Size
from firmer.capture.reader import Reader
from firmer.errors import BadInput, FirmerError
from firmer.outputs.file import FileSettings
from firmer.outputs.settings import Seconds

RULE = """
- rule: {name}
  desc: it was opened
  condition: evt.type = openat and fd.name startswith {prefix}
  output: "%fd.name"
  priority: {priority}
"""
MANY = 100_000  # events: several steps of the pipeline
WAIT_S = 10


def opened(number, name):
    return call(OPENAT_X, s64(3), s64(-100), name.encode() + b"\0", u32(1), u32(0), u32(3), at=1000 * number)


class Host:
    """A folder with rules, a capture, and what a run made of them."""

    def __init__(self, folder, signals):
        self.folder = folder
        self.signals = signals
        self.told = []
        self.config = Config(
            rules_files=(str(folder / "rules.yaml"),),
            outputs=(
                FileSettings(path=str(folder / "all.json")),
                FileSettings(path=str(folder / "urgent.txt"), priority="error", format="text"),
            ),
            stats=Seconds(0),
        )
        self.rules()

    def rules(self, name="Opened", prefix="/secret", priority="NOTICE"):
        (self.folder / "rules.yaml").write_text(RULE.format(name=name, prefix=prefix, priority=priority))

    def events(self, *names):
        (self.folder / "a.scap").write_bytes(head() + b"".join(opened(number, name) for number, name in enumerate(names)))

    def start(self, kind=Run, **more):
        return kind(self.config, Reader(str(self.folder / "a.scap")), rules_of(self.config), self.told.append, self.signals, **more)

    @property
    def alerts(self):
        return [json.loads(line) for line in (self.folder / "all.json").read_text().splitlines()]


@pytest.fixture
def host(tmp_path):
    with Signals() as signals:
        yield Host(tmp_path, signals)


def test_alerts_reach_the_outputs_that_want_them(host):
    host.events("/secret/a", "/open", "/secret/b")
    report = host.start().run()
    assert [alert["output_fields"]["fd.name"] for alert in host.alerts] == ["/secret/a", "/secret/b"]
    assert (host.folder / "urgent.txt").read_text() == ""
    assert (report.events, report.alerts, report.errors, dict(report.notes)) == (3, 2, [], {})


def test_each_alert_names_its_dump(host):
    host.config = Config(
        rules_files=host.config.rules_files,
        outputs=host.config.outputs,
        context=ContextSettings(folder=str(host.folder / "dumps"), before=Reach("1"), after=Reach("1"), memory=Size(1 << 20)),
    )
    host.events("/far", "/before", "/secret/a", "/after", "/far")
    report = host.start().run()
    (alert,) = host.alerts
    names = [event.param_bytes(2) for event in Reader(alert["capture"]).events_iter()]
    assert [name.rstrip(b"\0") for name in names] == [b"/before", b"/secret/a", b"/after"]
    assert report.dumps == [alert["capture"]]


class Hangup(Run):
    """Gets SIGHUP at the first look, and looks again until what it asked for has come."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.looks = 0

    def tick(self):
        self.looks += 1
        if self.looks == 1:
            self.rotate()
            os.kill(os.getpid(), signal.SIGHUP)
            super().tick()
            if self.reload.thread is not None:
                self.reload.thread.join(WAIT_S)
        super().tick()


def test_reload_exchanges_the_rules_and_loses_no_event(host):
    host.events(*(f"/secret/{number}" if number % 100 == 0 else "/open" for number in range(MANY)))

    class Probe:
        def __init__(self):
            self.wanted = []
            self.notes = {}

        def want(self, wanted):
            self.wanted.append(wanted)

        def absent(self):
            return ["page_fault_user"]

        def losses(self):
            return {}

        def missing(self):
            return 3

        def tick(self, state):
            first, self.notes = not self.notes, {"no name": 1}
            return FirmerError("the keeper is gone") if first else None

    class New(Hangup):
        def rotate(self):
            host.rules("Opened anew", "/sec")

    probe = Probe()
    run = host.start(New, probe=probe)
    for delivery in run.deliveries:
        delivery.patient = True
    report = run.run()
    assert report.events == MANY and report.notes == {"no name": 1}
    assert [str(line) for line in host.told].count("the keeper is gone") == 1
    assert [alert["output_fields"]["fd.name"] for alert in host.alerts] == [f"/secret/{number}" for number in range(0, MANY, 100)]
    assert set(report.by_rule) == {"Opened", "Opened anew"}
    assert {alert["events_lost"] for alert in host.alerts} == {3}
    assert "1 rules read anew" in host.told
    assert "this kernel has no tracepoint page_fault_user: rules do not see its events" in host.told
    both, after = probe.wanted
    assert all(b >= a for b, a in zip(both, after, strict=True)) and any(after)


def test_bad_rules_leave_the_old_ones_in_force(host):
    host.events(*["/secret/a"] * MANY)

    class Bad(Hangup):
        def rotate(self):
            host.rules(prefix="(")

    report = host.start(Bad).run()
    assert report.by_rule == {"Opened": MANY}
    assert isinstance(host.told[0], BadInput) and "stay in force" in host.told[1]


def test_hangup_opens_files_anew(host):
    host.events(*["/secret/a"] * MANY)

    class Moved(Hangup):
        def rotate(self):
            (host.folder / "all.json").rename(host.folder / "old.json")

    host.start(Moved).run()
    lines = (host.folder / "old.json").read_text().count("\n") + (host.folder / "all.json").read_text().count("\n")
    assert lines == MANY


def test_a_signal_ends_it_with_everything_delivered(host):
    host.events(*["/secret/a"] * MANY)

    class Ended(Run):
        def tick(self):
            os.kill(os.getpid(), signal.SIGTERM)
            super().tick()

    report = host.start(Ended).run()
    assert 0 < report.events < MANY
    assert len(host.alerts) == report.alerts == report.events


def test_a_signal_during_the_start_counts(host):
    host.events(*["/secret/a"] * MANY)
    run = host.start()
    os.kill(os.getpid(), signal.SIGTERM)
    report = run.run()
    assert report.events < MANY and len(host.alerts) == report.events


def test_counters_now_and_then(host):
    host.config = Config(rules_files=host.config.rules_files, outputs=host.config.outputs, stats=Seconds(0.0001))
    host.events(*["/secret/a"] * MANY)
    host.start().run()
    first, *_ = host.told
    assert re.fullmatch(r"32,7\d\d events \([\d,]+/s\); 32,7\d\d alerts; file .*all.json: [\d,]+ sent; file .*urgent.txt: 0 sent", first)


def test_a_damaged_capture_is_told_and_all_before_it_done(host):
    host.events("/secret/a", "/secret/b")
    content = (host.folder / "a.scap").read_bytes()
    (host.folder / "a.scap").write_bytes(content[:-5])
    report = host.start().run()
    assert (len(host.alerts), len(report.errors)) == (1, 1)


def test_what_was_not_delivered_is_told(host):
    host.events("/secret/a")

    class Full(Run):
        def raise_alert(self, alert):
            self.deliveries[0].output.path = str(host.folder)  # a folder took the file's place
            super().raise_alert(alert)

    report = host.start(Full).run()
    ((name, count),) = report.notes.items()
    assert "not delivered" in name and "all.json" in name and count == 1


def test_without_rules_the_bundled_ones_run():
    assert len(rules_of(Config()).rules) >= 10
