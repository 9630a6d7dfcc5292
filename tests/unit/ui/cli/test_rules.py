"""`firmer rules`."""

import json

import pytest

from firmer.ui.cli.main import run

GOOD = """
- rule: Shadow read
  desc: somebody reads it
  condition: evt.type = openat and fd.name = /etc/shadow
  output: read (%proc.name)
  priority: WARNING
  tags: [b, a]
"""


@pytest.fixture
def rules(tmp_path):
    def write(text, name="rules.yaml"):
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write


def test_list_names_rules_and_priorities(rules, capsys):
    assert run(["rules", "list", "-r", rules(GOOD)]) == 0
    assert capsys.readouterr().out == "Warning       Shadow read\n"


def test_list_as_json(rules, capsys):
    assert run(["rules", "list", "--json", "-r", rules(GOOD)]) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["rule"], row["priority"], row["tags"]) == ("Shadow read", "Warning", ["a", "b"])


def test_list_without_files_lists_what_is_bundled(capsys):
    assert run(["rules", "list"]) == 0
    assert "Password hashes read" in capsys.readouterr().out


def test_nothing_active_is_said(rules, capsys):
    assert run(["rules", "list", "-r", rules(GOOD + "  enabled: false\n")]) == 1
    assert capsys.readouterr().err == "firmer: no rule is active\n"


def test_check_of_sound_rules(rules, capsys):
    assert run(["rules", "check", rules(GOOD)]) == 0
    assert capsys.readouterr().out == "1 rules are active, 0 warnings\n"


def test_check_shows_the_place(rules, capsys):
    path = rules(GOOD.replace("fd.name", "fd.nmae"))
    assert run(["rules", "check", path]) == 1
    out = capsys.readouterr().out
    assert out.startswith(f"{path}:4:") and "fd.nmae" in out and "^^^^" in out


def test_a_file_that_is_not_there(capsys):
    assert run(["rules", "check", "/nope.yaml"]) == 1
    assert "/nope.yaml:1:1: error[R002]: cannot be read" in capsys.readouterr().out
