"""Processes and descriptors of before the probe, while others come and go: no state is wrong."""

import ctypes
import os
import random
import signal
import time
from pathlib import Path

from live.crowd import Lent

from firmer.detect.pipeline import Pipeline
from firmer.live.scan import Scan, scan
from firmer.live.session import tree
from firmer.live.source import LiveSource
from firmer.live.wanted import want
from firmer.state.state import State

PROCESSES = 15
FILES = [f"/etc/{name}" for name in ("hostname", "passwd", "group", "hosts", "fstab", "profile")]
AFTER_S = 0.5
NOTHING = bytes(1 << 12)


def churn(seed: float, may_fork: bool) -> None:
    """Opens and closes for ever; children do the same for a while, and fork no more."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # nobody outlives the test
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    chance, fds = random.Random(seed), []
    while True:
        what = chance.random()
        if what < 0.5 and len(fds) < 30:
            fds.append(os.open(chance.choice(FILES), os.O_RDONLY))
        elif what < 0.995 and fds:
            os.close(fds.pop(chance.randrange(len(fds))))
        elif may_fork and os.fork() == 0:
            churn(chance.random(), False)
        if not may_fork and chance.random() < 0.03:
            os._exit(0)
        time.sleep(0.004)


def crowd() -> int:
    """A process with many busy children; its pid."""
    pid = os.fork()
    if pid:
        return pid
    os.closerange(3, 1 << 12)
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    for seed in range(PROCESSES):
        if os.fork() == 0:
            churn(seed, True)
    while True:
        time.sleep(60)


def stand_still(root: int) -> None:
    """Stop everybody, until a look finds that nobody ran any more."""
    quiet = 0
    while quiet < 3:
        running = 0
        for pid in tree(root):
            try:
                if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "TZ":
                    running += 1
                    os.kill(pid, signal.SIGSTOP)
            except (FileNotFoundError, ProcessLookupError):
                running += 1
        quiet = 0 if running else quiet + 1
        time.sleep(0.02)


def truth(root: int) -> dict[int, dict[int, str]]:
    found = {}
    for pid in tree(root):
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
            found[pid] = {int(fd): os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")}
    return found


def told(state: State) -> dict[int, dict[int, str]]:
    section = state.snapshot()
    fds = {pid: {entry.fd: entry.name.decode() for entry in entries} for pid, entries in section.fds.items()}
    return {thread.tid: fds.get(thread.tid, {}) for thread in section.threads if thread.tid == thread.pid}


def trial(probe, scanned) -> tuple[dict, int, LiveSource]:
    """What is wrong of whom (the truth, the state), of how many."""
    lent = Lent(probe)
    root = crowd()
    try:
        probe.watch(root)
        time.sleep(0.5)  # all are busy, and their children watched
        for pid in tree(root):
            probe.watch(pid)
        state = State("falco")
        want(probe, NOTHING)
        source = LiveSource(lent, scanned(root))
        times: list[float] = []

        def tick() -> None:
            if source.scans and not times:
                times.append(time.monotonic())
            if times and len(times) == 1 and time.monotonic() - times[0] > AFTER_S:
                times.append(0)
                stand_still(root)
                source.stop()

        with source:
            Pipeline(source, state, [], on_progress=tick).run()
        probe.want(())
        expected, found = truth(root), told(state)
        found.pop(0, None)
        wrong = {pid: (expected.get(pid), found.get(pid)) for pid in expected.keys() | found.keys() if expected.get(pid) != found.get(pid)}
        assert source.lost == 0 and source.account.missing() == 0
        return wrong, len(expected), source
    finally:
        for pid in tree(root):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(root, 0)
        probe.unwatch(root)


def test_no_state_is_wrong(probe):
    for _ in range(3):
        wrong, of, source = trial(probe, lambda root: lambda epoch: scan(lambda: tree(root), epoch))
        assert of > PROCESSES
        assert source.looked_back > 0 and source.passed_over == 0
        assert wrong == {}


def test_a_start_that_forgets_what_came_meanwhile_would_show(probe):
    """As if the probe came after the scan: if that did no harm, the test above would test nothing."""

    def forgetful(root: int):
        def look(epoch: int) -> Scan:
            found = scan(lambda: tree(root), epoch)
            found.read_at_ns = dict.fromkeys(found.read_at_ns, time.clock_gettime_ns(time.CLOCK_BOOTTIME))
            return found

        return look

    assert sum(len(trial(probe, forgetful)[0]) for _ in range(3)) > 0
