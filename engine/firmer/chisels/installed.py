"""Which chisels are there, and what each says of itself at its top."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from firmer.chisels.lua_head import LuaTable, LuaValue, assignments

INSTALLED = Path("/usr/share/sysdig/chisels")
MAX_BYTES = 1 << 20  # of a file that is looked into


@dataclass(frozen=True, slots=True)
class Argument:
    name: str
    type: str
    description: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Chisel:
    """One file and its head. A view of csysdig has no description, only a table."""

    name: str
    path: Path
    description: str
    short_description: str
    category: str
    args: tuple[Argument, ...]
    hidden: bool
    view: bool


def directories() -> list[Path]:
    """Where chisels are looked for, first ones first."""
    home = os.environ.get("HOME", "")
    extra = os.environ.get("SYSDIG_CHISEL_DIR", "")
    return [
        Path("."), Path("chisels"), *([Path(home) / ".chisels"] if home else []), INSTALLED, *(Path(name) for name in extra.split(";") if name),
    ]  # fmt: skip


def chisels() -> list[Chisel]:
    """All that are found; of two with one name the first."""
    found: dict[str, Chisel] = {}
    for directory in directories():
        for path in _lua_files(directory):
            if path.stem not in found and (chisel := head(path)) is not None:
                found[path.stem] = chisel
    return list(found.values())


def find(name: str) -> Chisel | None:
    """The chisel of that name; hidden ones are not found by it."""
    for directory in directories():
        path = directory / f"{name}.lua"
        if os.sep not in name and path.is_file() and (chisel := head(path)) is not None and not chisel.hidden:
            return chisel
    return None


def head(path: Path) -> Chisel | None:
    """What the file says of itself; None when it is no chisel, or cannot be read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return None
        values = assignments(path.read_bytes().decode("utf-8", "replace"))
    except OSError:
        return None
    view = "view_info" in values
    if not view and not isinstance(values.get("description"), str):
        return None
    args = values.get("args")
    return Chisel(
        path.stem, path, _text(values.get("description")), _text(values.get("short_description")), _text(values.get("category")),
        tuple(_arguments(args)) if isinstance(args, dict) else (), values.get("hidden") is True, view,
    )  # fmt: skip


def _lua_files(directory: Path) -> Iterator[Path]:
    try:
        yield from sorted(path for path in directory.iterdir() if path.suffix == ".lua" and path.is_file())
    except OSError:
        return  # a directory that is not there holds none


def _arguments(table: LuaTable) -> Iterator[Argument]:
    for row in table.values():
        if isinstance(row, dict):
            name, kind, description = (_text(row.get(key)) for key in ("name", "argtype", "description"))
            yield Argument(name, kind, description, row.get("optional") is True)


def _text(value: LuaValue) -> str:
    return value if isinstance(value, str) else ""
