"""`firmer doctor`, with checks that are made up."""

import json

import pytest

from firmer.live.doctor import FAIL, OK, WARN, Check
from firmer.ui.cli import doctor
from firmer.ui.cli.main import run

CHECKS = [
    Check("kernel", OK, "6.18"),
    Check("capabilities", WARN, "without CAP_SYS_PTRACE", "run as root"),
    Check("bcc", OK, "\x1b[31mred\nsecond \u202e line"),
]


@pytest.fixture
def checks(monkeypatch):
    found = list(CHECKS)
    monkeypatch.setattr(doctor, "examine", lambda wanted: iter(found))
    return found


def test_a_line_each_and_the_mend_below(checks, capsys):
    assert run(["doctor"]) == 0
    assert capsys.readouterr().out.splitlines()[:3] == [
        "ok    kernel        6.18",
        "warn  capabilities  without CAP_SYS_PTRACE",
        "                    mend: run as root",
    ]


def test_what_others_said_is_no_command_to_the_terminal(checks, capsys):
    run(["doctor"])
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 4 and "\x1b" not in out and "\u202e" not in out


def test_one_failure_fails(checks, capsys):
    checks.append(Check("btf", FAIL, "none", "another kernel"))
    assert run(["doctor"]) == 1


def test_json(checks, capsys):
    assert run(["doctor", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows[1] == {"name": "capabilities", "status": "warn", "text": "without CAP_SYS_PTRACE", "mend": "run as root"}
    assert [row["name"] for row in rows] == [check.name for check in CHECKS]


def test_which_calls_are_reported_depends_on_the_rules(tmp_path, monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(doctor, "examine", lambda wanted: asked.append(wanted) or iter(()))
    rules = tmp_path / "rules.yaml"
    rules.write_text("- {rule: r, desc: d, condition: evt.type = ptrace, output: o, priority: INFO}")
    assert run(["doctor"]) == run(["doctor", "-r", str(rules)]) == 0
    assert sum(map(bool, asked[0])) > sum(map(bool, asked[1])) == 1
