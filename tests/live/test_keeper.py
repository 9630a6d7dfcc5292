"""What the keeper does is no event: shown on the keeper of a process of our own, which is all that is watched."""

import subprocess
import sys

import pytest
from live.stage import lacking

CODE = """
import os, time
from firmer.events.section import Section
from firmer.live.keeper import Keeper
from firmer.live.probe import Options, Probe
from firmer.live.scan import scan
from firmer.live.source import LiveSource

probe = Probe.start(Options(events=1 << 20, life=1 << 20))
keeper = Keeper.start(lambda epoch: scan([os.getppid()], epoch))
probe.want_names(["openat"])
probe.watch(keeper.pid)
with LiveSource(probe) as source:
    steps, told = source.steps(), []
    assert isinstance(next(step for step in steps if step is not None), Section)
    for excluded in (0, keeper.pid, 0):
        probe.exclude(excluded)
        keeper.scan(0)
        end, found = time.monotonic() + 0.5, 0
        while time.monotonic() < end:
            found += next(steps) is not None
        told.append(found > 0)
    print(told)
keeper.close()
"""


def test_what_it_does_is_no_event():
    reason = lacking()
    if reason:
        pytest.skip(reason)
    command = f"import sys; sys.path[:] = {sys.path!r}\n{CODE}"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.strip() == "[True, False, True]", done.stderr
