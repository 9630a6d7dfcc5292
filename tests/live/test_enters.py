"""Calls that tell their beginnings: lines and latencies of `dig`, and a capture that sysdig reads. Only one child is watched."""

import io
import shutil
import subprocess
import sys
import threading
import time

import pytest
from live.stage import lacking

from firmer.detect import live
from firmer.detect.dig import Dig
from firmer.live.session import listen

MS = 1_000_000
LINE = "%evt.num %evt.time %evt.dir %evt.type %evt.info"
# waits for its watcher, then sleeps, polls, opens, reads, sends, runs a program
CHILD = """
import ctypes, os, select, socket, sys
sys.stdin.readline()
call = {"x86_64": 35, "aarch64": 101}[os.uname().machine]
ctypes.CDLL(None).syscall(call, (ctypes.c_long * 2)(0, 60_000_000), None)
select.poll().poll(60)
fd = os.open("hosts", os.O_RDONLY)
os.read(fd, 5)
os.close(fd)
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9))
os.execv("/bin/true", ["true"])
"""


@pytest.fixture
def dig(monkeypatch, tmp_path):
    """Runs dig on a child, from before its first act until it has ended; gives the lines."""
    reason = lacking()
    if reason:
        pytest.skip(reason)
    (tmp_path / "hosts").write_text("127.0.0.1")

    def run(line=LINE, **options):
        child = subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE, cwd=tmp_path)

        def act(source):
            while not source.scans:  # what began before the host was read is not told
                time.sleep(0.01)
            child.communicate(b"\n", timeout=60)
            time.sleep(0.2)  # the last thread's exit is told a moment after the parent may know
            source.stop()

        def listening(*args):
            source = listen(*args)
            threading.Thread(target=act, args=(source,), daemon=True).start()
            return source

        monkeypatch.setattr(live, "listen", listening)
        out = io.BytesIO()
        try:
            assert Dig(line, pid=child.pid, **options).run((), out) == 0
        finally:
            child.kill()
            assert child.wait() == 0
        return out.getvalue().decode("utf-8", "replace").splitlines()

    return run


def test_the_time_between_is_measured_where_the_format_asks(dig):
    rows = [line.split() for line in dig("%evt.dir %evt.type %evt.latency", filter="evt.type in (nanosleep, poll)")]
    assert [row[:2] for row in rows] == [[">", "nanosleep"], ["<", "nanosleep"], [">", "poll"], ["<", "poll"]]
    assert [60 * MS <= int(latency) < 10_000 * MS for _, _, latency in rows] == [False, True, False, True]


def test_beginnings_say_what_sysdig_says(dig):
    text = "\n".join(dig("%evt.dir %evt.type %evt.info", enters=True))
    for begun in (
        "> nanosleep interval=60000000(0.06s)",
        "> poll fds= timeout=60",
        "> openat dirfd=-100(AT_FDCWD) name=hosts(",
        "hosts) size=5",
        "> sendto fd=",
        "->127.0.0.1:9",
        "> execve filename=/bin/true",
    ):
        assert begun in text, text


def test_sysdig_reads_the_same_from_a_recording(dig, tmp_path):
    sysdig = shutil.which("sysdig")
    if sysdig is None:
        pytest.skip("sysdig is not installed")
    path = str(tmp_path / "out.scap")
    dig(enters=True, write=path)
    theirs = subprocess.run([sysdig, "-r", path, "-p", LINE], capture_output=True, check=True).stdout.splitlines()
    out = io.BytesIO()
    assert Dig(LINE).run((path,), out) == 0
    assert out.getvalue().splitlines() == theirs
    begun = [line for line in theirs if b"> nanosleep" in line]
    assert len(begun) == 1, "the one that the probe told, and none that was made"
