"""Every source file has its test at the mirrored path, every room says in one sentence what it is for."""

from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parents[1] / "engine" / "firmer"
SOURCES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*") if path.suffix in {".py", ".pyx"} and path.name != "__init__.py")

# Tested elsewhere, and why there.
ELSEWHERE: dict[str, str] = {
    "events/section.py": "records without behaviour; reader and writer tests compare whole sections",
}


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_has_a_test_at_the_mirrored_path(path):
    if str(path) in ELSEWHERE:
        return
    mirrored = TESTS / path.parent / f"test_{path.stem}.py"
    assert mirrored.exists(), f"tests/unit/{mirrored.relative_to(TESTS)} is missing, or a reason in ELSEWHERE"


def test_no_reason_outlives_its_file():
    stale = [name for name in ELSEWHERE if not (ROOT / name).exists()]
    assert not stale


def test_no_reason_where_there_is_a_test():
    both = [name for name in ELSEWHERE if (TESTS / Path(name).parent / f"test_{Path(name).stem}.py").exists()]
    assert not both


@pytest.mark.parametrize("path", sorted(path.relative_to(ROOT) for path in ROOT.rglob("__init__.py")), ids=str)
def test_room_says_what_it_is_for(path):
    text = (ROOT / path).read_text()
    assert text.startswith('"""'), "one sentence: what the room is for"


@pytest.mark.parametrize("path", [path for path in SOURCES if path.suffix == ".pyx"], ids=str)
def test_cython_says_to_python_what_it_has(path):
    text = (ROOT / path).read_text()
    public = [line for line in text.splitlines() if line.startswith(("def ", "class ", "cdef class ", "cpdef "))]
    if public:
        assert (ROOT / path).with_suffix(".pyi").exists(), "a stub names what Python sees"
