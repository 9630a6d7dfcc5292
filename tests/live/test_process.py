"""exec, clone, exit: what the process was told to be, and what it is."""

import ctypes as ct
import fcntl
import os
import resource
import signal
import struct
import sys
import termios
from pathlib import Path

import pytest
from live.lowlevel import LIBC, Low, call
from live.stage import text

EXECVEAT = 322
THREAD_FLAG, FILES_FLAG, IN_PIDNS, VFORK_FLAG, NEWNS = 8192, 1, 536870912, 134217728, 32
WRITABLE, UPPER, MEMFD, LOWER = 1, 2, 4, 8


def strings(raw):
    return raw.rstrip(b"\0").split(b"\0")


def test_a_program_is_told_with_all_it_was_given(stage, here):
    environment = {"PATH": "/bin", "LONG": "v" * 9000, "LAST": "1"}
    seen = stage.run(lambda: os.execve("/bin/true", ["true", "a b", "", "x" * 9000], environment))
    ran, file = seen.one("execve"), os.stat("/bin/true")
    assert (ran.res, text(ran.exe), strings(ran.args)) == (0, "true", [b"a b", b"", b"x" * 9000])
    assert strings(ran.env) == [f"{name}={value}".encode() for name, value in environment.items()]
    assert (ran.tid, ran.pid, ran.ptid) == (seen.pid, seen.pid, os.getpid())
    assert (text(ran.cwd), text(ran.comm), text(ran.trusted_exepath)) == (str(here), "true", os.path.realpath("/bin/true"))
    assert text(ran.filename) == "/bin/true"
    assert ran.fdlimit == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    assert (ran.uid, ran.gid, ran.exe_ino) == (0, 0, file.st_ino)
    assert abs(ran.exe_ino_ctime - file.st_ctime_ns) < 1000 and abs(ran.exe_ino_mtime - file.st_mtime_ns) < 1000
    assert (ran.pgid, ran.vpgid) == (os.getpgid(0), os.getpgid(0))
    assert ran.vm_size > 0 and ran.flags & WRITABLE
    status = dict(line.split(":\t") for line in Path("/proc/self/status").read_text().splitlines())
    assert (ran.cap_inheritable, ran.cap_permitted, ran.cap_effective) == tuple(
        int(status[f"Cap{kind}"], 16) for kind in ("Inh", "Prm", "Eff")
    )
    assert ran.loginuid == int(Path("/proc/self/loginuid").read_text())
    assert seen.one("procexit").ret == 0


def test_more_than_fits_is_cut_and_ended(stage):
    seen = stage.run(lambda: os.execve("/bin/true", ["true", *["y" * 1000] * 60], {f"V{k}": "z" * 1000 for k in range(60)}))
    ran = seen.one("execve")
    assert 16_000 < len(ran.args) <= 0x5FFF and ran.args[-1:] == b"\0"
    assert 12_000 < len(ran.env) <= 0x3FFF and ran.env[-1:] == b"\0"


def test_groups_of_the_process(stage):
    raw = stage.run(["true"]).one("execve").cgroups
    told = dict(entry.split(b"=", 1) for entry in strings(raw))
    true = {}
    for line in Path("/proc/self/cgroup").read_bytes().splitlines():
        _, names, path = line.split(b":", 2)
        for name in names.split(b","):
            true[{b"blkio": b"io", b"": b"unified"}.get(name, name)] = path
    assert told and all(path == true.get(name, true.get(b"unified")) for name, path in told.items())


def test_the_terminal(stage, here):
    def act():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the other end closes with the new program
        os.setsid()
        _, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        Path("number").write_text(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[4])
        os.execv("/bin/true", ["true"])

    ran = stage.run(act).one("execve")
    assert ran.tty == int((here / "number").read_text()) > 0


def test_failures_are_the_callers_events(stage, here):
    def act():
        for name in ("nosuch", "/also/missing"):
            with pytest.raises(OSError):
                os.execv(name, ["other"])
        name = ct.create_string_buffer(b"nosuchat")
        call(EXECVEAT, -100, ct.addressof(name), 0, 0, 0)

    seen = stage.run(act, "execve", "execveat")
    first, second = seen.of("execve")
    assert [(event.res, text(event.filename)) for event in (first, second)] == [(-2, "nosuch"), (-2, "/also/missing")]
    assert text(first.trusted_exepath) == os.path.realpath(sys.executable)
    failed = seen.one("execveat")
    assert failed.res < 0 and text(failed.more[0]) == "nosuchat"


def test_from_memory(stage, target):
    first, second = stage.run([target, "memfd"]).of("execve")
    assert (first.flags & MEMFD, second.flags & MEMFD) == (0, MEMFD)
    assert text(second.trusted_exepath) == "/memfd:x" and text(second.exe) == "ghost"


def test_layers_and_writability(stage, here):
    command = (
        "mkdir l m t && cp /bin/true l/low && chmod 755 l/low && mount -t tmpfs t t && mkdir t/u t/w"
        " && mount -t overlay o -o lowerdir=l,upperdir=t/u,workdir=t/w m && cp /bin/true m/up && m/low && m/up"
    )
    seen = stage.run(["unshare", "-m", "sh", "-c", command], status=None)
    if seen.status:
        pytest.skip("no overlay filesystem")
    flags = {text(event.trusted_exepath).rsplit("/", 1)[-1]: event.flags & (UPPER | LOWER) for event in seen.of("execve")}
    assert (flags["low"], flags["up"]) == (LOWER, UPPER)


def test_an_ordinary_user_may_not_write_the_program(stage):
    def act():
        os.setgroups([])
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)
        os.execv("/bin/true", ["true"])

    ran = stage.run(act).one("execve")
    assert (ran.uid, ran.gid, ran.flags, ran.cap_effective, ran.cap_permitted) == (65534, 65534, 0, 0, 0)


def test_a_thread_that_runs_a_program_becomes_the_leader(stage, target):
    seen = stage.run([target, "exec-in-thread"], "clone", "clone3")
    assert [event.tid for event in seen.of("execve")] == [seen.pid, seen.pid]
    child = seen.of("clone")[0]
    assert child.res == 0 and child.tid != seen.pid and child.pid == seen.pid
    assert child.flags & (THREAD_FLAG | FILES_FLAG) == THREAD_FLAG | FILES_FLAG


def test_both_sides_of_a_fork(stage):
    def act():
        child = os.fork()
        if not child:
            os._exit(3)
        assert os.waitpid(child, 0)[1] == 3 << 8

    seen = stage.run(act, "clone", "fork", "vfork", "clone3")
    born = next(event for event in seen.of("clone") if event.res == 0)
    parent = next(event for event in seen.of("clone", "fork", "clone3") if event.res > 0)
    assert (born.tid, born.pid, born.ptid, born.vtid, born.vpid) == (parent.res, parent.res, seen.pid, parent.res, parent.res)
    assert (parent.tid, parent.pid, parent.ptid) == (seen.pid, seen.pid, os.getpid())
    assert born.ts < min(event.ts for event in seen if event.event == "procexit")
    assert (text(born.exe), born.comm, born.cwd) == (text(parent.exe), parent.comm, parent.cwd)
    assert not born.flags & (THREAD_FLAG | FILES_FLAG)
    assert [event.ret for event in seen.of("procexit")] == [3, 0]


def test_no_short_process_is_missed(stage, target):
    count = 2000
    seen = stage.run([target, "spawn", str(count)], "clone", "vfork")
    ran = seen.of("execve")[1:]
    assert [strings(event.args) for event in ran] == [[b"%d" % k] for k in range(count)]
    assert {(event.ptid, text(event.trusted_exepath)) for event in ran} == {(seen.pid, os.path.realpath("/bin/true"))}
    order = [(event.tid, event.event) for event in seen if event.tid != seen.pid]
    assert order == [(event.tid, name) for event in ran for name in ("clone", "execve", "procexit")]


@pytest.mark.parametrize("number", [57, 58], ids=["fork", "vfork"])
def test_calls_of_their_own(stage, number):
    libc_exit = 60

    def act():
        if number == 58:
            os.posix_spawn("/bin/true", ["true"], {})
            os.wait()
            return
        if call(number) == 0:
            call(libc_exit, 0)
        os.wait()

    seen = stage.run(act, "fork", "vfork", "clone", "clone3")
    parents = [event for event in seen.of("fork", "vfork", "clone", "clone3") if event.res > 0]
    assert len(parents) == 1
    assert parents[0].event == "fork" if number == 57 else parents[0].flags & VFORK_FLAG


def test_numbers_in_a_namespace_of_processes(stage):
    seen = stage.run(["unshare", "-pf", "--mount-proc", "sh", "-c", "true & wait"], status=None)
    if seen.status:
        pytest.skip("no pid namespaces")
    inner = [event for event in seen.of("clone") if event.flags & IN_PIDNS]
    assert {event.vtid for event in inner} >= {1, 2} and all(event.vtid != event.tid for event in inner)
    assert all(event.pidns_init_start_ts > 0 for event in inner)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_signal_ends_it(stage, number):
    ended = stage.run(lambda: os.kill(os.getpid(), number), status=None).one("procexit")
    assert (ended.status, ended.ret, ended.sig, ended.core) == (number, 0, number, 0)


@pytest.mark.parametrize("adopts", [False, True])
def test_who_gets_the_children(stage, adopts):
    def act():
        if adopts:
            LIBC.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
        lives, ends = os.pipe()
        middle = os.fork()
        if not middle:
            if not os.fork():
                os.close(ends)
                os.read(lives, 1)  # until the first process ends
            os._exit(0)
        os.waitpid(middle, 0)

    seen = stage.run(act)
    middle = next(event.tid for event in seen.of("clone") if event.ptid == seen.pid)
    ended = next(event for event in seen.of("procexit") if event.tid == middle)
    if adopts:
        assert ended.reaper_tid == seen.pid
    else:
        assert ended.reaper_tid not in (0, seen.pid, middle)


def test_32_bit_programs_are_told_alike(stage):
    """A failed execve through int 0x80: the string lies below 4 GB."""

    def act():
        low = Low()
        where = low.put(b"nosuch32\0")
        assert low.call(11, where, low.put(struct.pack("<2I", where, 0)), 0) == -2

    failed = stage.run(act, "execve").one("execve")
    assert (failed.res, text(failed.filename)) == (-2, "nosuch32")
