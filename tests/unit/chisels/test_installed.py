"""Chisels on disk."""

import pytest

from firmer.chisels import installed
from firmer.chisels.installed import Argument

PLAIN = """description = "Long."
short_description = "Short."
category = "Net"
args = {{name = "port", argtype = "string", description = "Which."}}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SYSDIG_CHISEL_DIR", f"{tmp_path}/one;{tmp_path}/two")
    monkeypatch.setattr(installed, "INSTALLED", tmp_path / "none")
    (tmp_path / "one").mkdir()
    (tmp_path / "chisels").mkdir()
    return tmp_path


def test_a_chisel_tells_of_itself(folder):
    (folder / "one" / "spy.lua").write_text(PLAIN)
    chisel = installed.find("spy")
    assert (chisel.description, chisel.short_description, chisel.category) == ("Long.", "Short.", "Net")
    assert chisel.args == (Argument("port", "string", "Which.", False),)
    assert [found.name for found in installed.chisels()] == ["spy"]


def test_the_nearer_of_two_is_taken(folder):
    (folder / "one" / "spy.lua").write_text(PLAIN)
    (folder / "chisels" / "spy.lua").write_text(PLAIN.replace("Long", "Near"))
    assert installed.find("spy").description == "Near."
    assert [found.description for found in installed.chisels()] == ["Near."]


NOT_FOUND = [
    pytest.param("hidden.lua", PLAIN + "hidden = true\n", "hidden", id="hidden"),
    pytest.param("library.lua", "function f() end\n", "library", id="no-description"),
    pytest.param("big.lua", PLAIN + "-" * installed.MAX_BYTES, "big", id="too-big"),
    pytest.param("x.lua", PLAIN, "../one/x", id="path-for-a-name"),
    pytest.param("x.lua", PLAIN, "y", id="absent"),
]


@pytest.mark.parametrize(("file", "text", "name"), NOT_FOUND)
def test_what_is_no_chisel_is_not_found(folder, file, text, name):
    (folder / "one" / file).write_text(text)
    assert installed.find(name) is None


def test_bytes_that_are_no_text_and_folders_do_no_harm(folder):
    (folder / "one" / "odd.lua").write_bytes(b"\xff\xfe\0description = 1\n")
    (folder / "one" / "folder.lua").mkdir()
    assert installed.chisels() == []


def test_a_view_is_known_as_one(folder):
    (folder / "one" / "v_x.lua").write_text('view_info = {\n\tname = "X",\n}\n')
    assert installed.find("v_x").view
