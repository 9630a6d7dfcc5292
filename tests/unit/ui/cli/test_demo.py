"""`firmer demo`: each rule is raised by what was staged for it, and by nothing else."""

import re
from pathlib import Path

import pytest

from firmer.rules.bundled import rules_folder
from firmer.rules.load import load_rules
from firmer.ui.cli.demo import near
from firmer.ui.cli.main import run

ALERTS = [
    "Warning A network service started a shell",
    "Warning A network service started a shell",
    "Notice A file was fetched into a folder for all",
    "Notice A file in a folder for all was made executable",
    "Error A program from a folder for all runs",
    "Critical Standard input comes from the network",
    "Warning Password hashes are read",
    "Error A scheduled job or service was installed",
    "Notice A person's shell runs in a container",
    "Warning Private keys or cloud credentials are read",
    "Critical A container speaks to the container runtime",
]


@pytest.fixture
def printed(capfd):
    assert run(["demo"]) == 0
    return capfd.readouterr().out


def test_alerts(printed):
    assert re.findall(r"^\d\d:\d\d:\d\d\.\d{9}: (.*?) \|", printed, re.M) == ALERTS


NOT_STAGED = {"Path rewritten while it is opened", "Opened file out of sight"}


def test_every_bundled_rule_has_its_part(printed):
    rules = {rule.name for rule in load_rules([str(rules_folder())]).rules}
    assert f"{len(ALERTS)} alerts of {len(rules - NOT_STAGED)} rules." in printed


def test_what_it_says_next_can_be_typed(printed, monkeypatch, tmp_path):
    commands = re.findall(r"^  firmer (.*)$", printed.partition("\nNext\n")[2], re.M)
    assert [command.split()[0] for command in commands] == ["rules", "replay", "replay"]
    for command in commands:
        words = [str(tmp_path / word) if word == "evidence" else word for word in command.split()]
        assert run(words) == 0


def test_near_is_short_only_where_that_works(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert near(tmp_path / "a") == "a"
    assert near(Path("/etc/hosts")) == "/etc/hosts"
