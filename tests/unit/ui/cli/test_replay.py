"""`firmer replay`: alerts on standard output, the summary on standard error, an exit status."""

import json

import pytest

from firmer.authoring.scenario import Host
from firmer.ui.cli.main import run

RULES = """
- rule: Shadow read
  desc: somebody reads it
  condition: evt.type = openat and fd.name = /etc/shadow
  output: read by %proc.name
  priority: WARNING
- rule: Anything opened
  desc: a second rule for the same event
  condition: evt.type = openat
  output: opened %fd.name
  priority: DEBUG
"""


@pytest.fixture
def rules(tmp_path):
    (tmp_path / "rules.yaml").write_text(RULES)
    return str(tmp_path / "rules.yaml")


@pytest.fixture
def capture(tmp_path):
    def write(name, *readers):
        host = Host()
        there = {reader: host.process(reader) for reader in readers}
        for reader in readers:
            there[reader].read_file("/etc/shadow", "root:*")
        if not readers:
            host.init.chdir("/")
        host.write(tmp_path / name)
        return str(tmp_path / name)

    return write


def outcome(args, capfd):
    status = run(["replay", *args])
    out, err = capfd.readouterr()
    return status, out.splitlines(), err


def test_text(rules, capture, capfd):
    status, lines, _ = outcome(["-r", rules, capture("a.scap", "cat")], capfd)
    assert (status, lines) == (0, ["10:00:00.000001700: Warning read by cat"])


def test_json(rules, capture, capfd):
    _, lines, _ = outcome(["--json", "-r", rules, capture("a.scap", "cat")], capfd)
    alert = json.loads(lines[0])
    assert (alert["rule"], alert["priority"], alert["time"]) == ("Shadow read", "Warning", "2026-01-05T10:00:00.000001700Z")
    assert alert["output_fields"] == {"evt.time": 1767607200000001700, "proc.name": "cat"}


@pytest.mark.parametrize(("matching", "alerts"), [("first", 1), ("all", 2)])
def test_rule_matching(matching, alerts, rules, capture, capfd):
    _, lines, _ = outcome(["--rule-matching", matching, "-r", rules, capture("a.scap", "cat")], capfd)
    assert len(lines) == alerts


def test_the_summary_counts(rules, capture, capfd):
    _, _, err = outcome(["-r", rules, capture("a.scap", "cat")], capfd)
    assert err.startswith("6 events, 1 alerts")
    assert "  Warning: 1\n    Shadow read: 1\n" in err


def test_quiet_leaves_the_summary_out(rules, capture, capfd):
    assert outcome(["-q", "-r", rules, capture("a.scap", "cat")], capfd)[2] == ""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_several_captures_come_out_in_their_order(jobs, rules, capture, capfd):
    paths = [capture(f"{name}.scap", name) for name in ("vim", "cat", "nano")]
    _, lines, err = outcome(["--jobs", jobs, "-r", rules, *paths], capfd)
    assert [line.split()[-1] for line in lines] == ["vim", "cat", "nano"]
    assert err.startswith("18 events, 3 alerts")


@pytest.mark.parametrize(("level", "status"), [("critical", 1), ("warning", 1), ("error", 0)])
def test_fail_on(level, status, rules, capture, tmp_path, capfd):
    (tmp_path / "rules.yaml").write_text(RULES.replace("WARNING", "CRITICAL" if level == "critical" else "WARNING"))
    assert outcome(["--fail-on", level, "-r", rules, capture("a.scap", "cat")], capfd)[0] == status


def test_a_damaged_capture_gives_what_came_before_and_fails(rules, capture, tmp_path, capfd):
    whole = capture("a.scap", "cat", "vim")
    with open(whole, "rb") as file:
        content = file.read()
    (tmp_path / "cut.scap").write_bytes(content[:-7])
    status, lines, err = outcome(["-r", rules, str(tmp_path / "cut.scap")], capfd)
    assert (status, len(lines)) == (1, 2)
    assert f"firmer: {tmp_path / 'cut.scap'}: at byte " in err


WRONG = [
    (["nope.scap"], "nope.scap: no such capture"),
    ([], "missing argument"),
    (["--fail-on", "purple"], "'purple' is no priority"),
    (["--rule-matching", "some"], "invalid value for '--rule-matching'"),
]


@pytest.mark.parametrize(("args", "message"), WRONG)
def test_asked_wrongly(args, message, rules, capture, capfd):
    more = [capture("a.scap")] if args and args[0].startswith("-") else []
    status, lines, err = outcome(["-r", rules, *args, *more], capfd)
    assert (status, lines) == (2, [])
    assert message in err


def test_a_mistake_in_the_rules_shows_its_place(rules, capture, tmp_path, capfd):
    (tmp_path / "rules.yaml").write_text(RULES.replace("fd.name =", "fd.nmae ="))
    status, _, err = outcome(["-r", rules, capture("a.scap")], capfd)
    assert status == 1
    assert f"{rules}:4:" in err and "fd.nmae" in err
