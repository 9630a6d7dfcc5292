"""What is generated and committed is what the generators make."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("generator", ["probe/generate.py", "probe/generate_calls.py", "docs/generate.py"])
def test_generated_files_are_fresh(generator):
    result = subprocess.run([sys.executable, ROOT / generator, "--check"], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
