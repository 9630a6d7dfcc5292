"""One event all the way: a child of ours opens a file, and the probe's event of it comes out of the live source.

Nothing but that child is watched.
"""

import os
import secrets
import subprocess
import tempfile
import time
from dataclasses import dataclass

from firmer.errors import FirmerError
from firmer.events.section import Section
from firmer.live.probe import Probe
from firmer.live.scan import scan
from firmer.live.source import LiveSource

OPENED = {307: 2, 3: 1, 327: 2}  # parameter with the name, by type: openat, open, openat2
CALLS = ("open", "openat", "openat2")
TIME_LIMIT_S = 10.0
CHILD = ("/bin/sh", "-c", 'read go; : <"$1"; read go', "sh")  # opens its argument when a line comes


class SelfTestError(FirmerError):
    """The event did not come, or not as what happened."""


@dataclass(frozen=True, slots=True)
class Passed:
    """late_ns: from before the child was told to open the file until the event was read here."""

    late_ns: int
    events: int


def self_test(probe: Probe, limit_s: float = TIME_LIMIT_S) -> Passed:
    """Raises SelfTestError. `probe` watches nothing before, and is closed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(os.path.realpath(folder), secrets.token_hex(16))  # as the kernel calls it
        with open(path, "wb"):
            pass
        child = subprocess.Popen([*CHILD, path], stdin=subprocess.PIPE)
        try:
            return watch(probe, child, os.fsencode(path), limit_s)
        finally:
            child.kill()
            child.wait()
            if child.stdin is not None:
                child.stdin.close()


def watch(probe: Probe, child: "subprocess.Popen[bytes]", path: bytes, limit_s: float) -> Passed:
    assert child.stdin is not None
    probe.watch(child.pid)
    probe.want_names(name for name in CALLS if name in probe.syscalls.numbers)
    end, began = time.monotonic() + limit_s, 0
    with LiveSource(probe, lambda epoch: scan([child.pid], epoch)) as source:
        for step in source.steps():
            if isinstance(step, Section):
                if not any(thread.pid == child.pid for thread in step.threads):
                    raise SelfTestError("the process that was there before is not among those found")
                began = time.monotonic_ns()
                child.stdin.write(b"\n")
                child.stdin.flush()
            elif step is not None and step.type in OPENED and path in (step.raw_bytes(OPENED[step.type]) or b""):
                if step.tid != child.pid:
                    raise SelfTestError("the event came under another process")
                return Passed(time.monotonic_ns() - began, source.events)
            if time.monotonic() > end:
                raise SelfTestError(f"the event of an opened file did not come within {limit_s:.0f} s; {source.events} others did")
    raise SelfTestError("the source ended before the event came")
