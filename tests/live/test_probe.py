"""Loading, watching, wanting, counting."""

import os
import re
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
from live.lowlevel import LIBC, Low
from live.stage import ROOT, Seen, Stage, Told, lacking

from firmer.live.probe import Options, Probe

VERIFIED = 100_000  # instructions of one program: the kernel's limit is a million, and every compiler and kernel counts otherwise
GETPPID = 110


def test_every_program_loads_with_room_to_spare(probe):
    efforts = probe.figures["verified"]
    assert {"call:openat", "call:generic", "step:open", "attached:sys_exit", "attached:sched_process_fork"} <= efforts.keys()
    if not any(efforts.values()):
        pytest.skip("this kernel tells no verified instructions (before 5.16)")
    assert {name: count for name, count in efforts.items() if not 0 < count < VERIFIED} == {}


QUIET = """
import sys
from firmer.live import probe
said = open(sys.argv[1], "w+b")
said.close = lambda: None
probe.tempfile.TemporaryFile = lambda: said
probe.Probe.start(probe.Options(keep=False))
said.flush()
"""


def test_loading_says_nothing(tmp_path):
    """A warning of BCC's is a mistake of ours, or a kernel that is other than we think."""
    reason = lacking()
    if reason:
        pytest.skip(reason)
    subprocess.run([sys.executable, "-c", QUIET, tmp_path / "said"], check=True, cwd=ROOT / "engine")
    assert (tmp_path / "said").read_text() == ""


def test_others_are_never_told(stage, probe):
    """A process outside the tree opens, connects, forks and ends meanwhile: nothing of it appears."""
    script = "import os,time\nend=time.time()+1.5\nwhile time.time()<end:\n open('/etc/hostname').close(); os.system('true')"
    other = subprocess.Popen([sys.executable, "-c", script])
    try:
        seen = stage.run(
            lambda: os.system("cat /etc/hostname >/dev/null; sleep 1"), "openat", "close", "clone", "clone3", "fork", "vfork", "execve"
        )
    finally:
        other.wait()
    assert len(seen.of("execve")) == 3
    ours = {seen.pid} | {event.tid for event in seen.of("clone") if event.res == 0}
    assert {event.tid for event in seen} == ours


def test_members_of_a_tree_are_known_when_their_parents_have_ended(probe):
    script = "read x; sleep 30 >/dev/null & echo $!"
    with subprocess.Popen(["sh", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as shell:
        probe.watch(shell.pid)
        orphan = int(shell.communicate("\n")[0])
    try:
        assert orphan in probe.watched()
        assert shell.pid not in probe.watched()
    finally:
        os.kill(orphan, 9)


def test_nothing_is_watched_unasked():
    reason = lacking()
    if reason:
        pytest.skip(reason)
    with Probe.start(Options(events=1 << 20, life=1 << 20)) as started:
        started.want({GETPPID})
        subprocess.run(["true"], check=True)
        assert started.counters() == []


def test_what_is_not_wanted_stays_in_the_kernel(stage, probe):
    assert stage.run(lambda: os.close(os.open("/", 0)), "close").of("openat") == []


def test_one_control_group(stage, probe):
    groups = Path("/sys/fs/cgroup/unified" if Path("/sys/fs/cgroup/unified/cgroup.procs").exists() else "/sys/fs/cgroup")
    made = groups / f"firmer-test-{os.getpid()}"
    try:
        assert (groups / "cgroup.procs").exists()
        made.mkdir()
    except (OSError, AssertionError):
        pytest.skip("no unified hierarchy to make a group in")
    try:
        stage.records()
        probe.watch_cgroup(made.stat().st_ino, 1)
        script = f"echo $$ > {made}/cgroup.procs && exec cat /etc/hostname"
        probe.want_names(["openat"])
        subprocess.run(["cat", "/etc/hostname"], capture_output=True, check=True)  # outside
        with subprocess.Popen(["sh", "-c", script], stdout=subprocess.DEVNULL) as inside:
            pass
        seen = Seen(map(Told, stage.records()), inside.pid, 0)
    finally:
        probe.watch_nothing()
        probe.want(())
        made.rmdir()
    assert {event.tid for event in seen} == {inside.pid} and seen.of("execve") and seen.of("openat")


def totals(probe):
    rows = probe.counters()
    return [sum(getattr(row, name) for row in rows) for name in ("produced", "dropped", "big")]


@pytest.mark.parametrize("size", [1 << 20, 64 << 20], ids=["too small", "large enough"])
def test_every_event_is_accounted_for(target, size):
    reason = lacking()
    if reason:
        pytest.skip(reason)
    with Probe.start(Options(events=size, life=1 << 20)) as started:
        stage = Stage(started)
        seen = stage.run([target, "threads", "4", "50000"], "getppid")
        produced, dropped, big = totals(started)
        asked = sum(row.produced for row in started.counters() if row.type == 1)
        assert asked == 200_000 and big == 0 and started.missed() == 0
        assert len(seen) + dropped == produced
        assert (dropped > 0) == (size == 1 << 20)
        stage.close()


def test_switching_slots_loses_nothing(stage, probe, target):
    """One call stays wanted while others come and go hundreds of times."""
    ready, go = os.pipe()
    pid = os.fork()
    if not pid:
        os.read(ready, 1)
        os.execv(target, [target, "threads", "2", "60000"])
    stage.records()
    probe.want({GETPPID})
    probe.watch(pid)
    os.write(go, b"x")
    switched = 0
    while os.waitpid(pid, os.WNOHANG)[0] == 0:
        probe.want({GETPPID, 0, 1} if switched % 2 else {GETPPID})
        switched += 1
    os.close(ready)
    os.close(go)
    probe.want(())
    seen = Seen(map(Told, stage.records()), pid, 0)
    assert switched > 20 and len([event for event in seen.of("syscall") if event.nativeID == GETPPID]) == 120_000


def test_a_32_bit_number_is_its_own(stage):
    """getppid is 64 there, which is semget here; the generic event says which call it was."""
    seen = stage.run(lambda: Low().call(64), "getppid", "semget")
    assert [(event.ID, event.nativeID) for event in seen.of("syscall")] == [(41, 64)] and not seen.of("semget")


def test_a_sleeping_reader_is_woken_once(probe, stage):
    import select

    from firmer.live.probe import Conf

    with select.epoll() as poll:
        poll.register(probe.rings[0].fd, select.EPOLLIN)
        struct.pack_into("=I", probe.conf, Conf.sleeping.offset, 1)
        stage.run(lambda: [os.getppid() for _ in range(100)], "getppid")
        assert struct.unpack_from("=I", probe.conf, Conf.sleeping.offset)[0] == 0


def test_closing_detaches():
    reason = lacking()
    if reason:
        pytest.skip(reason)
    started = Probe.start(Options(events=1 << 20, life=1 << 20))
    ids = set()
    for name, number in started.descriptors.items():
        if name.startswith("attached:"):
            ids.add(int(re.search(r"prog_id:\s+(\d+)", Path(f"/proc/self/fdinfo/{number}").read_text())[1]))
    started.close()
    deadline = time.time() + 5
    while any(_alive(number) for number in ids):
        assert time.time() < deadline
        time.sleep(0.05)


def _alive(number):
    attributes = struct.pack("=III", number, 0, 0) + bytes(100)
    fd = LIBC.syscall(321 if os.uname().machine == "x86_64" else 280, 13, attributes, 16)  # BPF_PROG_GET_FD_BY_ID
    if fd >= 0:
        os.close(fd)
    return fd >= 0
