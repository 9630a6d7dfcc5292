"""Compiled modules come out of the linked library only while their own files are those that it was linked with."""

import os
import shutil
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

import firmer.record
from firmer.bundle import Bundle, use

ROOT = Path(__file__).resolve().parents[2]
RECORD = Path(firmer.record.__spec__.origin)


@pytest.fixture
def folder(tmp_path) -> Path:
    """A package with a library that holds `firmer.record`."""
    package = tmp_path / "firmer"
    package.mkdir()
    (package / "__init__.py").write_text("")
    shutil.copy(ROOT / "engine/firmer/bundle.py", package)
    (package / "bundle.txt").write_text("firmer.record 10\nfirmer.gone 10\n")
    for name in (f"record{EXTENSION_SUFFIXES[0]}", "_modules.so"):
        shutil.copyfile(RECORD, package / name)
        os.utime(package / name, ns=(10, 10))
    return package


def origin(folder: Path) -> str:
    code = "from firmer.bundle import use; use(); import firmer.record; print(firmer.record.__file__, firmer.record.record.__module__)"
    found = subprocess.run([sys.executable, "-c", code], cwd=folder.parent, capture_output=True, text=True, check=True).stdout.split()
    assert found[1] == "firmer.record"
    return Path(found[0]).name


def test_the_library_serves_what_it_names(folder):
    assert origin(folder) == "_modules.so"


@pytest.mark.parametrize("time", [9, 11])
def test_a_file_that_was_built_since_counts(folder, time):
    own = folder / f"record{EXTENSION_SUFFIXES[0]}"
    os.utime(own, ns=(time, time))
    assert origin(folder) == own.name


@pytest.mark.parametrize("missing", ["_modules.so", "bundle.txt"])
def test_without_library_all_is_as_before(folder, missing):
    (folder / missing).unlink()
    before = list(sys.meta_path)
    use(str(folder))
    assert sys.meta_path == before
    assert origin(folder) == f"record{EXTENSION_SUFFIXES[0]}"


@pytest.mark.parametrize("name", ["firmer.gone", "firmer.other", "json"])
def test_other_modules_are_left_alone(folder, name):
    finder = Bundle(str(folder / "_modules.so"), {"firmer.record": 10, "firmer.gone": 10}, str(folder))
    assert finder.find_spec(name) is None
    assert finder.find_spec("firmer.record") is not None


def test_linked_names_differ_in_their_last_part():
    sys.path.insert(0, str(ROOT / "packaging"))
    try:
        from bundle import members
    finally:
        sys.path.pop(0)
        sys.modules.pop("bundle", None)
    found = members(ROOT / "engine/firmer")
    assert all(name.rpartition(".")[2] == last for last, name in found.items())
    assert len(found) > 80 and "firmer.record" in found.values()
