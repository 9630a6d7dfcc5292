"""The probe is written for aarch64, too: it compiles, with this kernel's offsets; what ran there is told in docs/probe.md."""

import subprocess

import pytest
from live.stage import lacking

from firmer.live.probe import HERE, PYTHON, probe_folder

COMPILE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import loader
folder = Path(sys.argv[2])
flags = loader.options(loader.kernel_types(), folder)
text, calls, steps = loader.source(folder)
flags = [flag.replace("X86_64", "AARCH64") for flag in flags] + [f"-DSTEP_{name}={k}" for k, name in enumerate(steps)]
print(len(loader.compiled(text, flags).programs))
"""


def test_it_compiles_without_a_word():
    reason = lacking()
    if reason:
        pytest.skip(reason)
    made = subprocess.run([PYTHON, "-I", "-c", COMPILE, str(HERE), str(probe_folder())], capture_output=True, text=True)
    assert made.stderr == "" and int(made.stdout) > 30
