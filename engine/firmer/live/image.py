"""The probe as the compiler left it: maps and programs. Kept between starts, for compiling takes seconds and loading a fraction of one.

In a kept program the maps are numbered from 0 in the order of `maps`; `relocated` puts this start's descriptors in. Standard library only.
"""

import base64
import contextlib
import json
import os
import re
import struct
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

if __package__:
    from firmer.live.bpf import Shape
else:
    from bpf import Shape  # type: ignore[import-not-found, no-redef]

LOAD_64, MAP = 0x18, 1  # instruction of two slots that loads an address; its source when that is a map's
MOST = 8  # files of other kernels, other sources


@dataclass(frozen=True)
class Image:
    maps: dict[str, Shape]
    programs: dict[str, bytes]  # by function


def numbered(code: bytes, places: dict[int, int]) -> bytes:
    """The code with each map's number as `places` has it: by descriptor, or back."""
    out, at = bytearray(code), 0
    while at < len(out):
        op, registers = out[at], out[at + 1]
        if op == LOAD_64:
            if registers >> 4 == MAP:
                struct.pack_into("=i", out, at + 4, places[struct.unpack_from("=i", out, at + 4)[0]])
            at += 8
        at += 8
    return bytes(out)


def shape_of(descriptor: int) -> Shape:
    """Of a map that somebody else made."""
    rows = dict(re.findall(r"^(\w+):\s+(\S+)", Path(f"/proc/self/fdinfo/{descriptor}").read_text(), re.M))
    return Shape(*(int(rows[name], 0) for name in ("map_type", "key_size", "value_size", "max_entries", "map_flags")))


def taken(maps: dict[str, int], programs: dict[str, bytes]) -> Image:
    """An image of what was compiled against these maps (name → descriptor)."""
    places = {descriptor: place for place, descriptor in enumerate(maps.values())}
    return Image(
        {name: shape_of(number) for name, number in maps.items()}, {name: numbered(code, places) for name, code in programs.items()}
    )


def relocated(image: Image, descriptors: dict[str, int]) -> dict[str, bytes]:
    places = {place: descriptors[name] for place, name in enumerate(image.maps)}
    return {name: numbered(code, places) for name, code in image.programs.items()}


# -- keeping ---------------------------------------------------------------------------------------------------------------
def key(text: str, flags: list[str]) -> str:
    """Of what the image depends on: the source, its options (which hold this kernel's offsets), the kernel."""
    return sha256(json.dumps([text, flags, os.uname().release, os.uname().version]).encode()).hexdigest()


def ours(path: Path) -> bool:
    """Nobody else can have written it: what is loaded runs in the kernel."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return found.st_uid == os.geteuid() and not found.st_mode & 0o022


def find(folder: Path, name: str) -> Image | None:
    path = folder / name
    if not (ours(folder) and ours(path)):
        return None
    try:
        told = json.loads(path.read_text())
        maps = {label: Shape(**shape) for label, shape in told["maps"].items()}
        return Image(maps, {label: base64.b64decode(code) for label, code in told["programs"].items()})
    except (OSError, ValueError, KeyError, TypeError):
        return None  # compiled anew


def keep(folder: Path, name: str, image: Image) -> None:
    """Whoever reads meanwhile sees the old file or the new one. Where nothing may be written nothing is kept."""
    told = {
        "maps": {label: asdict(shape) for label, shape in image.maps.items()},
        "programs": {label: base64.b64encode(code).decode() for label, code in image.programs.items()},
    }
    part = folder / f"{name}.{os.getpid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not ours(folder):
            return
        part.touch(mode=0o600)
        part.write_text(json.dumps(told))
        part.replace(folder / name)
        for old in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[MOST:]:
            old.unlink()
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
