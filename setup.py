"""Extension modules: every `.pyx` below engine/. All else about the package stands in pyproject.toml.

FIRMER_SAFE=1    builds with bounds checks, None checks and assertions on: the build that the fuzzers run
FIRMER_BUILD=no  leaves the extensions alone (the Makefile builds them itself, only those that changed)
FIRMER_JOBS=N    processes that translate
"""

import os
from pathlib import Path

from setuptools import Extension, setup

ROOT = Path("engine")
SAFE = os.environ.get("FIRMER_SAFE") == "1"
BUILD = os.environ.get("FIRMER_BUILD") != "no"
FOLDER = "build/safe" if SAFE else "build/fast"  # apart, so that changing over mixes nothing
DIRECTIVES = {
    "language_level": 3,
    "boundscheck": True,  # off only per function, with the proof beside it
    "wraparound": True,
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
    # every module sees the table's constants through event.pxd
    return Extension(name, [str(path)], include_dirs=[str(ROOT)], extra_compile_args=ARGS, depends=[str(ROOT / "firmer/events/tables.h")])


def extensions() -> list[Extension]:
    from Cython.Build import cythonize  # here, so that FIRMER_BUILD=no does without

    return cythonize(
        [extension(path) for path in sorted(ROOT.rglob("*.pyx"))],
        include_path=[str(ROOT)],
        build_dir=f"{FOLDER}/c",
        compiler_directives=DIRECTIVES,
        nthreads=int(os.environ.get("FIRMER_JOBS", "2")),
    )


setup(ext_modules=extensions() if BUILD else [])
