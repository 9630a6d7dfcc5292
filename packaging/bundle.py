"""Links the compiled modules' objects into one library beside the package, for firmer.bundle.

    usage: bundle.py OBJECTS PACKAGE

OBJECTS is the folder that build_ext compiled into. Python finds a module in a library by the last part of its name: of two modules with
the same last part the second stays in a file of its own.
"""

import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path


def members(package: Path) -> dict[str, str]:
    """Last part of the name -> whole name."""
    found: dict[str, str] = {}
    for path in sorted(package.rglob("*.pyx")):
        found.setdefault(path.stem, ".".join(path.relative_to(package.parent).with_suffix("").parts))
    return found


def link(objects: Path, package: Path) -> None:
    names = members(package).values()
    library = package / "_modules.so"
    parts = []
    for name in names:
        (part,) = objects.rglob(f"{name.replace('.', '/')}.o")
        parts.append(str(part))
    made = library.with_suffix(".new")
    subprocess.run([*shlex.split(sysconfig.get_config_var("LDSHARED")), *parts, "-o", str(made)], check=True)
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    own = {name: package.parent / (name.replace(".", "/") + suffix) for name in sorted(names)}
    os.replace(made, library)  # whoever has the old one open keeps it
    (package / "bundle.txt").write_text("".join(f"{name} {path.stat().st_mtime_ns}\n" for name, path in own.items()), "ascii")


if __name__ == "__main__":
    link(Path(sys.argv[1]), Path(sys.argv[2]))
