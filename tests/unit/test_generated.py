"""What is generated and committed is what the generator makes."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_event_table_is_fresh():
    result = subprocess.run([sys.executable, ROOT / "probe" / "generate.py", "--check"], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
