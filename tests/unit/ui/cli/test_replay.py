"""`firmer replay`: alerts on standard output, the summary on standard error, an exit status."""

import gzip
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from threading import Timer

import pytest

from firmer.authoring.scenario import Host
from firmer.detect.replay import Report
from firmer.ui.cli.main import run
from firmer.ui.cli.replay import print_summary

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


def test_the_whole_summary(rules, capture, tmp_path, capfd, monkeypatch):
    monkeypatch.setattr("firmer.detect.replay.time.perf_counter", lambda: 1.0)
    args = ["-r", rules, "--dump", str(tmp_path / "dumps"), "--before", "1", "--after", "0"]
    _, _, err = outcome([*args, capture("a.scap", "cat", "vim")], capfd)
    folder = tmp_path / "dumps"
    dumps = sorted(path.name for path in folder.iterdir())
    assert err == (
        "12 events, 2 alerts\n"
        "  Warning: 2\n"
        "    Shadow read: 2\n"
        f"2 captures of what happened around the alerts:\n  {folder}/{dumps[0]}\n  {folder}/{dumps[1]}\n"
    )
    assert dumps[0].endswith("_Shadow-read_cat.scap")


def test_the_summary_cannot_drive_the_terminal(capfd):
    print_summary(Report(by_rule=Counter({"\x1b[2J\u202eread": 1})))
    assert "\\u001b[2J\\u202eread: 1" in capfd.readouterr().err


def test_standard_input(rules, capture, capfd, monkeypatch):
    with open(capture("a.scap", "cat"), "rb") as file:
        saved = os.dup(0)
        os.dup2(file.fileno(), 0)
        try:
            _, lines, _ = outcome(["-r", rules, "-"], capfd)
        finally:
            os.dup2(saved, 0)
            os.close(saved)
    assert len(lines) == 1


def test_compressed_captures(rules, capture, capfd, tmp_path):
    with open(capture("a.scap", "cat"), "rb") as file:
        (tmp_path / "packed.scap").write_bytes(gzip.compress(file.read()))
    assert len(outcome(["-r", rules, str(tmp_path / "packed.scap")], capfd)[1]) == 1


def test_more_text_for_outputs(rules, capture, capfd):
    extra = 'append_output=[{"match": {"rule": "Shadow read"}, "extra_output": "on %evt.type"}]'
    assert outcome(["-o", extra, "-r", rules, capture("a.scap", "cat")], capfd)[1][0].endswith("read by cat on openat")


def test_priorities_below_the_least_are_not_loaded(rules, capture, capfd):
    _, lines, _ = outcome(["--rule-matching", "all", "--priority", "notice", "-r", rules, capture("a.scap", "cat")], capfd)
    assert len(lines) == 1


@pytest.mark.parametrize(("content", "reason"), [(b"", "nothing in it"), (b"not a capture", "no capture")])
def test_what_is_no_capture_is_told(content, reason, rules, tmp_path, capfd):
    (tmp_path / "odd.scap").write_bytes(content)
    status, lines, err = outcome(["-q", "-r", rules, str(tmp_path / "odd.scap")], capfd)
    assert (status, lines, err.count("\n")) == (1, [], 1)
    assert f"{tmp_path / 'odd.scap'}: at byte 0: {reason}" in err


def test_a_folder_for_dumps_that_cannot_be(rules, capture, tmp_path, capfd):
    (tmp_path / "file").write_text("")
    status, lines, err = outcome(["-r", rules, "--dump", str(tmp_path / "file"), capture("a.scap", "cat")], capfd)
    assert (status, lines) == (1, [])
    assert err == f"firmer: {tmp_path / 'file'}: File exists\n"


def test_follow_hands_alerts_on_as_they_come_until_interrupted(rules, capture, tmp_path):
    whole = Path(capture("whole.scap", "cat", "less")).read_bytes()
    growing = tmp_path / "growing.scap"
    growing.write_bytes(whole[:-300])  # the second reader's events are not there yet, and a block is cut
    program = [sys.executable, "-c", "from firmer.ui.cli.main import main; main()"]
    with subprocess.Popen([*program, "replay", "--follow", "-q", "-r", rules, str(growing)], stdout=subprocess.PIPE) as child:
        rescue = Timer(30, child.kill)  # a follower that hands nothing on would wait for ever
        rescue.start()
        try:
            assert b"read by cat" in child.stdout.readline()
            with growing.open("ab") as more:
                more.write(whole[-300:])
            assert b"read by less" in child.stdout.readline()
            child.send_signal(signal.SIGINT)
            assert child.wait() == 0
        finally:
            rescue.cancel()


WRONG = [
    (["nope.scap"], "nope.scap: no such capture"),
    ([], "missing argument"),
    (["--fail-on", "purple"], "'purple' is no priority"),
    (["--follow", "-"], "--follow takes one capture"),
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
