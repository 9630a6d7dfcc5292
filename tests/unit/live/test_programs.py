"""Program files of processes that we start."""

import os
import shutil
import subprocess

import pytest

from firmer.live.processes import Reader
from firmer.live.programs import writable


@pytest.fixture
def reader():
    return Reader({})


def leader(reader, pid):
    found = reader.process(pid)
    assert found is not None and not reader.notes
    return found.threads[0]


@pytest.fixture
def tool(tmp_path):
    """A program of our own, which is running when `run` returns."""
    path = tmp_path / "tool"
    shutil.copy(shutil.which("sleep"), path)
    started = []

    def run(program=path, **more):
        started.append(subprocess.Popen([program, "100"], **more))
        return started[-1].pid

    yield path, run
    for process in started:
        process.kill()
        process.wait()


def test_program_file(reader, tool):
    path, run = tool
    pid, told = run(), path.stat()
    found = leader(reader, pid)
    assert found.exepath == os.fsencode(path)
    assert (found.exe_ino, found.exe_ino_ctime, found.exe_ino_mtime) == (told.st_ino, told.st_ctime_ns, told.st_mtime_ns)
    assert (found.exe_writable, found.exe_from_memfd) == (1, 0)


def test_a_deleted_program_keeps_its_path(reader, tool):
    path, run = tool
    pid = run()
    path.unlink()
    assert leader(reader, pid).exepath == os.fsencode(path)


def test_a_program_that_is_called_deleted_is_not_taken_for_another(reader, tool):
    path, run = tool
    other = path.with_name("tool (deleted)")
    path.rename(other)
    assert leader(reader, run(other)).exepath == os.fsencode(other)
    linked = path.with_name("linked (deleted)")
    os.link(other, linked)
    pid = run(linked)
    linked.unlink()
    assert leader(reader, pid).exepath == os.fsencode(linked)


def test_a_program_from_memory(reader, tool):
    path, run = tool
    fd = os.memfd_create("x")
    os.write(fd, path.read_bytes())
    pid = run(f"/proc/self/fd/{fd}", pass_fds=[fd])
    found = leader(reader, pid)
    assert (found.exe_from_memfd, found.exepath) == (1, b"/memfd:x")
    os.close(fd)


def test_a_program_that_is_called_like_memory_is_a_file(reader, tool):
    _, run = tool
    pid = run()
    reader.programs.path = lambda directory, name: b"/memfd:x (deleted)"
    assert leader(reader, pid).exe_from_memfd == 0


@pytest.mark.parametrize(
    ("mode", "uid", "gid", "caps", "expected"),
    [
        (0o755, 1000, 1000, 0, True),
        (0o555, 1000, 1000, 0, False),
        (0o577, 1000, 1000, 0, False),
        (0o775, 0, 1000, 0, True),
        (0o757, 0, 1000, 0, False),
        (0o757, 0, 0, 0, True),
        (0o555, 0, 0, 1 << 1, True),
        (0o555, 0, 0, 1 << 2, False),
    ],
)
def test_who_may_write_its_program(thread_entry, mode, uid, gid, caps, expected):
    assert writable(thread_entry(5, uid=1000, gid=1000, cap_effective=caps), mode, uid, gid) is expected


def test_two_processes_of_one_program_are_looked_at_once(reader, tool, monkeypatch):
    path, run = tool
    first = leader(reader, run())
    monkeypatch.setattr(reader.programs, "look", None)
    second = leader(reader, run())
    assert (first.exepath, first.exe_ino) == (second.exepath, second.exe_ino) == (os.fsencode(path), path.stat().st_ino)
