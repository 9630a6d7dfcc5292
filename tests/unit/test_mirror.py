"""Every source file has its test at the mirrored path, every room says in one sentence what it is for."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parents[1] / "engine" / "firmer"
SOURCES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*") if path.suffix in {".py", ".pyx"} and path.name != "__init__.py")

# Tested elsewhere, and why there.
ELSEWHERE: dict[str, str] = {
    "events/section.py": "records without behaviour; reader and writer tests compare whole sections",
}


ONLY_FOR_TYPES = {"TypedDict", "Protocol"}


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


STUBS = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.pyi"))


@pytest.mark.parametrize("path", STUBS, ids=str)
def test_stub_names_what_the_module_has(path):
    """mypy asks for a stub wherever Python imports a compiled module; here its names are compared with the module's."""
    module = import_module(".".join(("firmer", *path.with_suffix("").parts)))
    declared = {node.name: node for node in ast.parse((ROOT / path).read_text()).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for name, node in declared.items():
        if any(isinstance(base, ast.Name) and base.id in ONLY_FOR_TYPES for base in getattr(node, "bases", [])):
            continue
        assert hasattr(module, name), f"{path} declares '{name}', which the module lacks"
        for member in node.body if isinstance(node, ast.ClassDef) else []:
            if isinstance(member, ast.FunctionDef):
                assert hasattr(getattr(module, name), member.name), f"{path} declares '{name}.{member.name}', which the module lacks"
