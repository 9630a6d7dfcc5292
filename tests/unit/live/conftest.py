"""Children to look at: the tests of this room read no process but their own and those that they start."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest


@pytest.fixture
def child() -> Iterator[Callable[..., subprocess.Popen]]:
    """Start a Python child that has run `code` when this returns, and waits then."""
    started: list[subprocess.Popen] = []

    def start(code: str = "", *args: str, end: str = "", **more) -> subprocess.Popen:
        """`end`: what its main thread does instead of telling that it is ready and waiting, with the place to tell it for {}."""
        ready, told = os.pipe()
        last = end.format(told) or f"os.write({told}, b'x'); os.close({told}); threading.Event().wait()"
        text = f"import os, sys, threading\n{code}\n{last}"
        process = subprocess.Popen([sys.executable, "-c", text, *args], pass_fds=[told, *more.pop("pass_fds", [])], **more)
        started.append(process)
        os.close(told)
        done = os.read(ready, 1)
        os.close(ready)
        assert done, "the child failed"
        return process

    yield start
    for process in started:
        process.send_signal(signal.SIGKILL)
        process.wait()
