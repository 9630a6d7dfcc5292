"""One process, as /proc tells it."""

import os
import resource
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from firmer.live.processes import Reader, cgroups, split_arguments, split_stat

CLONE_FILES_THREAD = 1 << 0 | 1 << 13


@pytest.fixture
def reader():
    return Reader({})


def leader(reader, pid):
    found = reader.process(pid)
    assert found is not None and not reader.notes
    return found.threads[0]


def test_program_arguments_and_directories(reader, child, tmp_path):
    env = {"A": "1", "EMPTY": "", "ODD": "caf\u00e9\n=x"}
    started = child("", "one", "", "t w o", cwd=tmp_path, env=env)
    found = leader(reader, started.pid)
    assert found.exe == os.fsencode(sys.executable)
    words = found.args.split(b"\0")
    assert (words[0], words[2:]) == (b"-c", [b"one", b"", b"t w o", b""])
    assert found.env == b"A=1\0EMPTY=\0ODD=caf\xc3\xa9\n=x\0"
    assert (found.cwd, found.root) == (os.fsencode(tmp_path), b"/")
    assert found.exepath == os.fsencode(Path(sys.executable).resolve())


def test_ids(reader, child):
    started = child("os.setsid()")
    found = leader(reader, started.pid)
    assert (found.tid, found.pid, found.ptid) == (started.pid, started.pid, os.getpid())
    assert (found.sid, found.pgid) == (started.pid, started.pid)
    assert found.tty == 0
    assert (found.uid, found.gid) == (os.geteuid(), os.getegid())
    told = Path(f"/proc/{started.pid}/loginuid")
    assert found.loginuid == (int(told.read_text()) if told.exists() else 0xFFFFFFFF)


def test_numbers_are_those_of_the_kernel(reader, child):
    before = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    started = child("import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (77, 88))")
    process = reader.process(started.pid)
    found = process.threads[0]
    assert found.fdlimit == 77
    assert found.vmsize_kb > found.vmrss_kb > 1000
    assert found.pfminor > 100
    tick = 10**9 // os.sysconf("SC_CLK_TCK")
    assert before - tick <= process.started_ns <= process.read_at_ns < process.read_by_ns <= time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    told = Path(f"/proc/{started.pid}/status").read_text()
    sets = [int(told.partition(f"{name}:\t")[2].split()[0], 16) for name in ("CapInh", "CapPrm", "CapEff")]
    assert [found.cap_inheritable, found.cap_permitted, found.cap_effective] == sets


def test_threads_have_their_own_name_and_number(reader, child):
    code = """
def other():
    open("/proc/thread-self/comm", "wb").write(b"o) R (1 x")
    started.set()
    threading.Event().wait()
started = threading.Event()
threading.Thread(target=other, daemon=True).start()
started.wait()
"""
    first, second = reader.process(child(code).pid).threads
    assert second.comm == b"o) R (1 x" != first.comm
    assert (second.pid, second.flags) == (first.tid, CLONE_FILES_THREAD) and second.tid != first.tid
    assert (second.args, second.exepath, second.ptid) == (first.args, first.exepath, os.getpid())
    assert (second.vtid, second.vpid) == (second.tid, first.tid)


def test_when_the_leader_has_ended_the_others_tell(reader, child, tmp_path):
    code = """
import ctypes
def other():
    threading.Event().wait(0.1)
    open("first", "w"); os.write(told, b"x")
    threading.Event().wait()
read, told = os.pipe()
threading.Thread(target=other).start()
"""
    end = "os.read(read, 1); os.write({}, b'x'); ctypes.CDLL(None).syscall(60 if os.uname().machine == 'x86_64' else 93, 0)"
    started = child(code + f"file = open({str(tmp_path / 'x')!r}, 'w')", "one", end=end, cwd=tmp_path)
    wait_until(lambda: Path(f"/proc/{started.pid}/stat").read_bytes().rpartition(b")")[2].split()[0] == b"Z")
    found = reader.process(started.pid)
    first, second = found.threads
    assert first.args.endswith(b"one\0") and second.args == first.args
    assert first.exepath and os.fsencode(tmp_path / "x") in [entry.name for entry in found.fds]


def wait_until(holds):
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_who_is_gone_is_absent(reader):
    gone = subprocess.Popen(["true"])
    gone.wait()
    assert reader.process(gone.pid) is None
    assert not reader.notes


def test_a_zombie_has_a_name_and_no_descriptors(reader):
    zombie = subprocess.Popen(["true"])
    pidfd = os.pidfd_open(zombie.pid)
    select.select([pidfd], [], [])
    os.close(pidfd)
    found = reader.process(zombie.pid)
    assert (found.threads[0].comm, found.threads[0].exepath, found.fds) == (b"true", b"", [])
    zombie.wait()


@pytest.mark.parametrize(
    ("text", "name"),
    [(b"7 (bash) S 1 2", b"bash"), (b"7 (a) R (b) S 1 2", b"a) R (b"), (b"7 () S 1 2", b""), (b"7 (x\ny) S 1 2", b"x\ny")],
)
def test_a_name_may_hold_anything(text, name):
    assert split_stat(text) == (name, [b"S", b"1", b"2"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"ls\0-l\0/tmp\0", (b"ls", b"-l\0/tmp\0")),
        (b"ls\0", (b"ls", b"")),
        (b"", (b"", b"")),
        (b"nginx: worker process", (b"nginx: worker process", b"")),
        (b"sh\0-c\0cut he", (b"sh", b"-c\0cut he\0")),
        (b"\0x\0", (b"", b"x\0")),
        (b"sh\0\0\0", (b"sh", b"\0\0")),
    ],
)
def test_arguments(text, expected):
    assert split_arguments(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"0::/x\n", b"cpuset=/x\0cpu=/x\0cpuacct=/x\0io=/x\0memory=/x\0"),
        (b"4:memory:/a\n3:cpu,cpuacct:/b:c\n", b"cpu=/b:c\0cpuacct=/b:c\0memory=/a\0"),
        (b"5:pids:/p\n4:blkio:/a\n0::/x\n", b"cpuset=/x\0cpu=/x\0cpuacct=/x\0io=/a\0memory=/x\0pids=/p\0"),
        (
            b"9:name=systemd:/s\n4:memory:/m\n3:cpuset:/c\n2:blkio:/b\n1:cpu,cpuacct:/a\n0::/x\n",
            b"cpuset=/c\0cpu=/a\0cpuacct=/a\0io=/b\0memory=/m\0unified=/x\0name=systemd=/s\0",
        ),
        (b"2:pids:/a\rb\n", b"pids=/a\rb\0"),
        (b"", b""),
        (b"junk\n1:\n", b""),
    ],
)
def test_control_groups(text, expected):
    assert cgroups(text) == expected


def test_a_path_that_is_too_long_to_tell_hides_nothing_else(reader, child, tmp_path):
    """The kernel tells no path of more than a page: whoever works there would else stop the whole scan."""
    code = f"""
os.chdir({str(tmp_path)!r})
for _ in range(20):
    os.mkdir('d' * 250); os.chdir('d' * 250)
folder, file = os.open('.', os.O_RDONLY), os.open('file', os.O_CREAT | os.O_RDWR)
"""
    started = child(code, env={"A": "1"})
    found = reader.process(started.pid)
    assert (found.threads[0].cwd, found.threads[0].env) == (b"", b"A=1\0")
    assert [(entry.type, entry.ino > 0) for entry in found.fds if not entry.name] == [(2, True), (16, True)]
    assert reader.notes == {"paths: too long to tell": 3}


def test_limits_are_read_where_they_may_not_be_asked(reader, child, monkeypatch):
    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(resource, "prlimit", refuse)
    started = child("import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (77, 88))")
    assert leader(reader, started.pid).fdlimit == 77
