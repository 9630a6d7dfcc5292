"""The event that goes all the way, through rings that the test writes; the real one is in tests/live."""

import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from rings import FakeProbe
from scap import OPENAT_X, s64, u32

from firmer.live import selftest
from firmer.live.selftest import SelfTestError, self_test

LATER = 10**16  # ns after the first event: after all that the scan does


class Probe(FakeProbe):
    """Tells what the child did, or what `answer(pid, path)` says it did."""

    syscalls = SimpleNamespace(numbers={"openat": 257})

    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def watch(self, pid):
        self.pid = pid

    def want_names(self, names):
        assert list(names) == ["openat"]
        while len(words := Path(f"/proc/{self.pid}/cmdline").read_bytes().split(b"\0")) < 6:
            time.sleep(0.01)  # it has not become its program yet
        self.answer(self, words[-2])

    def opened(self, tid, path):
        self.event(OPENAT_X, LATER, tid, params=(s64(3), s64(-100), path + b"\0", u32(1), u32(0), u32(0), s64(9)))


def test_the_childs_event_passes():
    passed = self_test(Probe(lambda probe, path: probe.opened(probe.pid, path)), 5.0)
    assert passed.late_ns > 0 and passed.events >= 1


def test_another_file_does_not():
    with pytest.raises(SelfTestError, match="did not come within"):
        self_test(Probe(lambda probe, path: probe.opened(probe.pid, path[:-1])), 0.5)


def test_another_process_does_not():
    with pytest.raises(SelfTestError, match="another process"):
        self_test(Probe(lambda probe, path: probe.opened(os.getpid(), path)), 5.0)


def test_no_child_is_left(monkeypatch):
    started = []
    popen = selftest.subprocess.Popen
    monkeypatch.setattr(selftest.subprocess, "Popen", lambda *args, **more: started.append(popen(*args, **more)) or started[-1])
    with pytest.raises(SelfTestError):
        self_test(Probe(lambda probe, path: None), 0.2)
    assert started[0].poll() is not None
