"""Imports point down: a room knows the rooms in the rows below its own, and none in its own row."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "engine" / "firmer"
ROWS = [
    "bundle record",
    "event alert errors",
    "events outputs",
    "state capture live",
    "fields",
    "filter",
    "rules chisels views",
    "detect",
    "authoring app",
    "ui",
]
RANK = {room: rank for rank, row in enumerate(ROWS) for room in row.split()}
IMPORT = re.compile(r"^\s*(?:from|import|cimport)\s+firmer\.(\w+)", re.M)
WHOLE = re.compile(r"^\s*(?:from\s+firmer\s+c?import\s+(?!__version__)|c?import\s+firmer\s*$)", re.M)
RELATIVE = re.compile(r"^\s*from\s+\.", re.M)
FILES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*") if path.suffix in {".py", ".pyx", ".pxd", ".pxi", ".pyi"})


def room_of(path: Path) -> str:
    return path.parts[0].partition(".")[0]


@pytest.mark.parametrize("path", FILES, ids=str)
def test_imports_point_down(path):
    text = (ROOT / path).read_text()
    room = room_of(path)
    if room == "__init__":
        assert not IMPORT.findall(text), "the package itself imports nothing"
        return
    for other in set(IMPORT.findall(text)) - {room}:
        assert RANK[other] < RANK[room], f"{room} may not know {other}"


@pytest.mark.parametrize("path", FILES, ids=str)
def test_imports_name_their_room(path):
    text = (ROOT / path).read_text()
    assert not WHOLE.search(text), "write `from firmer.ROOM.MODULE import …`"
    assert not RELATIVE.search(text), "write `from firmer.ROOM.MODULE import …`"


def test_every_room_has_a_row():
    assert {room_of(path) for path in FILES} - {"__init__"} <= RANK.keys()


def test_outputs_know_only_alerts_and_errors():
    for path in FILES:
        if room_of(path) == "outputs":
            assert set(IMPORT.findall((ROOT / path).read_text())) <= {"outputs", "alert", "errors"}, path


def test_faces_never_import_each_other():
    for path in FILES:
        if room_of(path) == "ui" and len(path.parts) > 2:
            faces = set(re.findall(r"firmer\.ui\.(\w+)", (ROOT / path).read_text()))
            assert faces <= {path.parts[1]}, path
