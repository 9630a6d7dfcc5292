"""The lists that sysdig prints."""

import shutil
import subprocess

import pytest

from firmer.chisels import installed
from firmer.fields.catalog import FIELDS
from firmer.ui.cli.listings import LISTINGS, classes, field_lines, run, wrapped

CHISEL = """description = "%s"
short_description = "%s"
category = "%s"
args = {{name = "filter", argtype = "filter", description = "%s", optional = true}}
"""
sysdig = pytest.mark.skipif(shutil.which("sysdig") is None, reason="sysdig is not installed")


@pytest.fixture
def one_chisel(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SYSDIG_CHISEL_DIR", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(installed, "INSTALLED", tmp_path / "none")
    (tmp_path / "x.lua").write_text(CHISEL % ("L" * 80, "S" * 64, "Net", "D" * 60))
    (tmp_path / "name_of_sixteen_.lua").write_text(CHISEL % ("Long.", "Short.", "Misc", "Which."))


def test_every_field_is_listed_once():
    listed = [field.name for _, _, _, members in classes() for field in members]
    assert sorted(listed) == sorted(field.name for field in FIELDS.values() if "sysdig" in field.dialects and not field.hidden)


WRAPPED = [
    ("evt.num", "Number.", ["evt.num                       Number. "]),
    ("proc.is_container_liveness_probe", "One.", ["proc.is_container_liveness_probe", " " * 30 + "One. "]),
    ("a.b", "x" * 89 + " y", [f"{'a.b':30}{'x' * 89} ", " " * 30 + "y "]),
    ("a.b", "x" * 87 + " y", [f"{'a.b':30}{'x' * 87} y "]),
    ("fd.ip", "(Type: IPADDR) (FILTER ONLY) Any.", ["fd.ip                         (Type: IPADDR) (FILTER ONLY) Any. "]),
]


@pytest.mark.parametrize(("name", "text", "lines"), WRAPPED)
def test_fields_are_laid_out_in_columns(name, text, lines):
    assert list(wrapped(name, text)) == lines


def test_types_are_told_on_demand():
    assert any(line.startswith("evt.num                       (Type: UINT64) ") for line in field_lines(types=True))
    assert not any("(Type:" in line for line in field_lines())


def test_chisels_are_listed_by_category(one_chisel, capsys):
    assert run("list-chisels") == 0
    assert capsys.readouterr().out == (
        "\nCategory: Misc\n--------------\nname_of_sixteen_\n                Short.\n"
        f"\nCategory: Net\n-------------\nx               {'S' * 63}\n                S\n"
        "\nUse the -i flag to get detailed information about a specific chisel\n"
    )


def test_one_chisel_is_told_whole(one_chisel, capsys):
    assert run("chisel-info", "x") == 0
    told = capsys.readouterr().out
    assert f"\n\n{'L' * 79}\nL\nArgs:\n[filter] filter - {'D' * 45}\n                {'D' * 15}\n\n" in told


def test_an_unknown_chisel_is_an_error(one_chisel, capsys):
    assert run("chisel-info", "nope") == 1
    assert capsys.readouterr().err == "chisel nope not found - use -cl to list them.\n"


SAME = [
    ("list-events", None, "-L"),
    ("list-chisels", None, "-cl"),
    ("chisel-info", "netstat", "-i"),
    ("chisel-info", "v_files", "-i"),
    ("chisel-info", "spy_file", "-i"),
    ("chisel-info", "topconns", "-i"),
]


@sysdig
@pytest.mark.parametrize(("option", "value", "theirs"), SAME)
def test_lists_are_sysdigs(option, value, theirs, capsys):
    run(option, value)
    want = subprocess.run(["sysdig", theirs, *([value] if value else [])], capture_output=True, text=True, check=True)
    assert capsys.readouterr().out == want.stdout


OURS = {"fd.realpath", "fd.claimedpath", "fd.is_doubtful", "fd.otherpath"}  # from the probe, or else as the caller spelled it


@sysdig
def test_the_fields_are_sysdigs(capsys):
    run("list")
    theirs = subprocess.run(["sysdig", "-l"], capture_output=True, text=True, check=True).stdout
    assert [name for name in names(capsys.readouterr().out) if name not in OURS] == names(theirs)


def names(listing):
    """Headings and the fields below each."""
    return sorted(line.split()[0] for line in listing.splitlines() if line[:1].isalpha() and "." in line.split()[0])


@pytest.mark.parametrize("option", LISTINGS)
def test_every_list_prints(option, capsys):
    assert run(option) == 0
    assert capsys.readouterr().out
