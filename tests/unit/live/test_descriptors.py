"""Descriptors of our own process, of every kind that needs no privilege to make."""

import ctypes
import os
import select
import signal
import socket
from pathlib import Path

import pytest

from firmer.live.descriptors import DescriptorReader, file_flags, inside
from firmer.live.processes import memfd_device

FILE, DIRECTORY, FIFO, EVENT, UNSUPPORTED, SIGNALFD, EPOLL, INOTIFY, TIMERFD, MEMFD, PIDFD = 16, 2, 7, 9, 10, 11, 12, 13, 14, 20, 21
CLOEXEC, READ, WRITE, BOTH = 4096, 1, 2, 3
LIBC = ctypes.CDLL(None)


def entry_of(fd, root=b"/"):
    process = os.open("/proc/self", os.O_PATH | os.O_DIRECTORY)
    try:
        entries, sockets, complete = DescriptorReader(memfd_device()).read(process, root, {})
    finally:
        os.close(process)
    assert complete
    (found,) = [entry for entry in entries if entry.fd == fd]
    return found, found in sockets


def pipe_end(path):
    ends = os.pipe()
    os.close(ends[1])
    return ends[0]


def named_pipe(path):
    os.mkfifo(path)
    return os.open(path, os.O_RDWR)


def deleted(path):
    fd = os.open(path, os.O_CREAT | os.O_RDWR)
    path.unlink()
    return fd


def signalfd(path):
    mask = (ctypes.c_char * 128)()
    return LIBC.signalfd(-1, mask, os.O_CLOEXEC)


CASES = {
    "file": (lambda path: os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND), FILE, "{}", WRITE | 8 | CLOEXEC),
    "file-exclusive": (lambda path: os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_SYNC), FILE, "{}", BOTH | 16 | 128 | CLOEXEC),
    "nameless": (lambda path: os.open(path.parent, os.O_TMPFILE | os.O_RDWR), FILE, None, BOTH | 1024 | 8192 | CLOEXEC),
    "directory": (lambda path: os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY), DIRECTORY, "{parent}", READ | 1024 | CLOEXEC),
    "device": (lambda path: os.open("/dev/null", os.O_RDONLY), FILE, "/dev/null", READ | CLOEXEC),
    "deleted": (deleted, FILE, "{} (deleted)", BOTH | CLOEXEC),
    "memory": (lambda path: os.memfd_create("our memory"), MEMFD, "our memory", BOTH | CLOEXEC),
    "pipe": (pipe_end, FIFO, "pipe:[{ino}]", READ | CLOEXEC),
    "named-pipe": (named_pipe, FIFO, "{}", BOTH | CLOEXEC),
    "eventfd": (lambda path: os.eventfd(0), EVENT, "", BOTH | CLOEXEC),
    "epoll": (lambda path: LIBC.epoll_create1(os.O_CLOEXEC), EPOLL, "", BOTH | CLOEXEC),
    "inotify": (lambda path: LIBC.inotify_init1(os.O_NONBLOCK), INOTIFY, "", READ | 64),
    "timerfd": (lambda path: LIBC.timerfd_create(1, 0), TIMERFD, "", BOTH),
    "signalfd": (signalfd, SIGNALFD, "", BOTH | CLOEXEC),
    "pidfd": (lambda path: os.pidfd_open(os.getpid()), PIDFD, "/proc/{pid}", BOTH | CLOEXEC),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_kind_name_and_flags(case, tmp_path):
    make, kind, name, flags = case
    path = tmp_path / "file"
    fd = make(path)
    try:
        found, is_socket = entry_of(fd)
        ino = os.fstat(fd).st_ino
        assert (found.type, found.open_flags, is_socket) == (kind, flags, False)
        if name is not None:
            assert found.name.decode() == name.format(path, parent=path.parent, ino=ino, pid=os.getpid())
        assert found.ino == ino
        if kind in (FILE, DIRECTORY, MEMFD):
            told = os.fstat(fd).st_dev
            assert found.dev == (os.minor(told) & 0xFF) | os.major(told) << 8 | (os.minor(told) & 0xFFF00) << 12
    finally:
        os.close(fd)


def test_sockets_wait_for_their_addresses():
    with socket.socket() as made:
        found, is_socket = entry_of(made.fileno())
        assert is_socket and found.ino == os.fstat(made.fileno()).st_ino


def test_a_file_that_is_called_like_memory_is_a_file():
    """Only the device tells: anybody may name a file /memfd:x."""
    fd = os.memfd_create("x")
    process = os.open("/proc/self", os.O_PATH)
    entries, _, _ = DescriptorReader(-1).read(process, b"/", {})
    os.close(process)
    assert [entry.type for entry in entries if entry.fd == fd] == [FILE]
    os.close(fd)


def test_the_mount_tells_the_device(tmp_path):
    fd = os.open(tmp_path, os.O_RDONLY)
    mount = int(Path(f"/proc/self/fdinfo/{fd}").read_text().split("mnt_id:\t")[1].split()[0])
    process = os.open("/proc/self", os.O_PATH)
    entries, _, _ = DescriptorReader(-1).read(process, b"/", {mount: 4711})
    assert [entry.dev for entry in entries if entry.fd == fd] == [4711]
    os.close(process)
    os.close(fd)


def test_more_than_are_kept_is_told(tmp_path):
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 5000:
        pytest.skip("the limit of open files is below 5000")
    resource.setrlimit(resource.RLIMIT_NOFILE, (5000, hard))
    made = [os.open("/dev/null", os.O_RDONLY) for _ in range(4200)]
    process = os.open("/proc/self", os.O_PATH)
    try:
        entries, _, complete = DescriptorReader(-1).read(process, b"/", {})
        assert len(entries) == 4096 and not complete
    finally:
        for fd in made:
            os.close(fd)
        os.close(process)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize(
    ("path", "root", "expected"),
    [
        (b"/srv/box/etc/passwd", b"/srv/box", b"/etc/passwd"),
        (b"/srv/box", b"/srv/box", b"/"),
        (b"/srv/boxes/x", b"/srv/box", b"/srv/boxes/x"),
        (b"/etc/passwd", b"/", b"/etc/passwd"),
        (b"/etc/passwd", b"", b"/etc/passwd"),
        (b"pipe:[1]", b"/srv", b"pipe:[1]"),
    ],
)
def test_paths_are_told_as_the_process_sees_them(path, root, expected):
    assert inside(path, root) == expected


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [
        (os.O_RDONLY, 1),
        (os.O_WRONLY, 2),
        (os.O_RDWR, 3),
        (os.O_RDWR | os.O_DSYNC, 3 | 16),
        (os.O_WRONLY | os.O_DIRECT, 2 | 512),
        (os.O_RDONLY | os.O_NONBLOCK, 1 | 64),
        (os.O_RDONLY | 0o100000, 1),
    ],
)
def test_open_flags_are_those_of_captures(kernel, expected):
    assert file_flags(kernel) == expected


def test_a_process_without_descriptors_has_none():
    pid = os.fork()
    if pid == 0:
        os.closerange(0, 65536)
        signal.pause()
    process = os.open(f"/proc/{pid}", os.O_PATH)
    pidfd = os.pidfd_open(pid)
    try:
        os.kill(pid, signal.SIGKILL)
        select.select([pidfd], [], [])
        assert DescriptorReader(-1).read(process, b"/", {})[0] == []  # a zombie now
        os.waitpid(pid, 0)
        with pytest.raises(ProcessLookupError):
            DescriptorReader(-1).read(process, b"/", {})
    finally:
        os.close(process)
        os.close(pidfd)
