"""Paths to a rule set."""

import pytest
from rulefiles import rule

from firmer.errors import BadInput, UsageError
from firmer.rules.load import load_rules, rule_files, urgency


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b.yaml").write_text(rule("evt.type = open", "two"))
    (tmp_path / "a.yml").write_text(rule("evt.type = open", "one", "  enabled: true\n").replace("INFO", "ERROR"))
    (tmp_path / "c.yaml").write_text(rule("evt.type = open", "off", "  enabled: false\n"))
    (tmp_path / ".hidden.yaml").write_text("- nonsense\n")
    (tmp_path / "notes.txt").write_text("no rules\n")
    return tmp_path


def test_a_folder_stands_for_its_files_by_name(folder):
    assert [path.rsplit("/", 1)[1] for path in rule_files([str(folder)])] == ["a.yml", "b.yaml", "c.yaml"]
    assert [each.name for each in load_rules([str(folder)]).rules] == ["one", "two"]


def test_a_file_named_twice_is_read_once(folder):
    assert len(rule_files([str(folder / "b.yaml"), str(folder)])) == 3


def test_rules_of_less_urgency_are_left_out(folder):
    assert [each.name for each in load_rules([str(folder)], priority="warn").rules] == ["one"]


def test_paths_without_rules_are_told(tmp_path):
    with pytest.raises(UsageError, match="no rules files"):
        load_rules([str(tmp_path)])
    with pytest.raises(BadInput, match="cannot be read"):
        load_rules([str(tmp_path / "missing.yaml")])


@pytest.mark.parametrize("arguments", [{"rule_matching": "some"}, {"priority": "loud"}, {"options": ["x=y"]}])
def test_odd_arguments_are_refused(folder, arguments):
    with pytest.raises(UsageError):
        load_rules([str(folder)], **arguments)


def test_warnings_are_kept(tmp_path):
    (tmp_path / "r.yaml").write_text(rule("evt.type = open", more="  severity: high\n") + "- list: l\n  items: [a]\n")
    assert [problem.code for problem in load_rules([str(tmp_path)]).warnings] == ["R051", "R060"]


@pytest.mark.parametrize(("name", "level"), [("emergency", 0), ("Warn", 4), ("INFO", 6), ("informational", 6), ("debug", 7)])
def test_urgency(name, level):
    assert urgency(name) == level
