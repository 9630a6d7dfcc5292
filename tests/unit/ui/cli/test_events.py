"""`firmer events`."""

import json

import pytest

from firmer.ui.cli.main import run


def lines(args, capsys, status=0):
    assert run(["events", *args]) == status
    return capsys.readouterr().out.splitlines()


def test_names_choose(capsys):
    assert lines(["execve"], capsys) == [line for line in lines([], capsys) if line.split("(")[0].endswith(" execve")]


def test_a_line_reads_like_a_declaration(capsys):
    assert "< close(ERRNO res, FD fd)" in lines(["close"], capsys)


@pytest.mark.parametrize("args", [[], ["--old"]], ids=["today", "old"])
def test_unused_numbers_are_not_listed(args, capsys):
    assert not [line for line in lines(args, capsys) if line[2:].startswith("NA")]


def test_old_types_only_when_asked(capsys):
    assert "> close(FD fd)" in lines(["--old", "close"], capsys)
    assert "> close(FD fd)" not in lines(["close"], capsys)


def test_json_is_one_object_a_line(capsys):
    rows = [json.loads(line) for line in lines(["close", "--json"], capsys)]
    assert [row["id"] for row in rows] == [5]
    assert rows[0]["params"] == [{"name": "res", "type": "ERRNO"}, {"name": "fd", "type": "FD"}]
    assert "destroys_fd" in rows[0]["flags"]


def test_nothing_of_that_name_is_said(capsys):
    assert run(["events", "nope"]) == 1
    assert capsys.readouterr().err == "firmer: no event type of that name\n"


def test_same_declarations_as_sysdig(sysdig, capsys):
    """Where sysdig 0.29.3 knows a type, ours begins with its parameters: tables only ever grow."""
    import subprocess

    ours = {tuple(line.split("(")[0].split()): line for line in lines(["--old"], capsys)}
    theirs = subprocess.run([sysdig, "-L"], capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(theirs) > 200
    known = [line for line in theirs if tuple(line.split("(")[0].split()) in ours]
    assert len(known) > 0.8 * len(theirs)
