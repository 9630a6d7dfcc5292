"""The grammar's tables: kept beside it, and made anew where they do not fit."""

import json
import shutil
from pathlib import Path

import pytest

from firmer.filter import grammar


@pytest.fixture
def folder(tmp_path):
    shutil.copy(Path(grammar.FOLDER) / "grammar.lark", tmp_path)
    return tmp_path


def test_tables_are_kept(folder, monkeypatch):
    made = grammar.tables(str(folder))
    monkeypatch.setattr(grammar, "make_tables", lambda text: pytest.fail("made twice"))
    assert grammar.tables(str(folder)) == made
    assert [path.name for path in folder.iterdir() if path.suffix != ".lark"] == ["grammar.tables"]


@pytest.mark.parametrize("kept", ["", "[]", "{}", '{"grammar": 1}', "\x00"])
def test_tables_that_do_not_fit_are_made_anew(folder, kept):
    (folder / "grammar.tables").write_text(kept)
    assert len(grammar.tables(str(folder))["actions"]) > 10
    assert json.loads((folder / "grammar.tables").read_text()) == grammar.tables(str(folder))


def test_a_changed_grammar_makes_other_tables(folder):
    before = grammar.tables(str(folder))
    with (folder / "grammar.lark").open("a") as file:
        file.write("\n// a remark\n")
    after = grammar.tables(str(folder))
    assert before.pop("grammar") != after.pop("grammar")
    assert before.keys() == after.keys()


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(folder, monkeypatch):
    monkeypatch.setattr(grammar.os, "replace", lambda *names: (_ for _ in ()).throw(PermissionError()))
    assert grammar.tables(str(folder))["rules"]


def test_a_word_inside_of_another_terminal_is_refused():
    with pytest.raises(AssertionError, match="WORD"):
        grammar.make_tables('start: WORD | KEY\noperand: WORD\nWORD: /[a-z]+/\nKEY: "key"\n%ignore / /\n')
