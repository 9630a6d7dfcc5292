"""What all tests share: where things stand, and markers that say what a skipped test lacked."""

import os
import shutil
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"  # captures and answers of the real programs, where a developer has them

# Alerts and lines tell local time; what they are compared with was made in UTC.
os.environ["TZ"] = "UTC"
time.tzset()


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("no ../shared beside the repository")
    return SHARED


@pytest.fixture(scope="session")
def sysdig() -> str:
    """Path of the real sysdig."""
    path = shutil.which("sysdig")
    if path is None:
        pytest.skip("sysdig is not installed")
    return path


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")
