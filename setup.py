"""Extension modules: every `.pyx` below engine/. All else about the package stands in pyproject.toml.

FIRMER_SAFE=1 builds with bounds checks, None checks and assertions on: the build that the fuzzers run.
"""

import os
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

ROOT = Path("engine")
SAFE = os.environ.get("FIRMER_SAFE") == "1"
DIRECTIVES = {
    "language_level": 3,
    "boundscheck": SAFE,
    "wraparound": SAFE,
    "nonecheck": SAFE,
    "initializedcheck": SAFE,
    "cdivision": True,
    "embedsignature": True,
    "warn.unused": True,
}
ARGS = ["-O1", "-g", "-UNDEBUG"] if SAFE else ["-O2", "-g0"]
ARGS += ["-Wno-unused-function", "-Wno-unused-const-variable", "-Wno-unused-variable"]


def extension(path: Path) -> Extension:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    depends = [str(ROOT / "firmer/events/tables.h")] if path.name in {"event.pyx", "table.pyx"} else []
    return Extension(name, [str(path)], include_dirs=[str(ROOT)], extra_compile_args=ARGS, depends=depends)


setup(
    ext_modules=cythonize(
        [extension(path) for path in sorted(ROOT.rglob("*.pyx"))],
        include_path=[str(ROOT)],
        compiler_directives=DIRECTIVES,
        nthreads=int(os.environ.get("FIRMER_JOBS", "2")),
    ),
)
