"""Operations of io_uring are ordinary events, with the result and the path of what was opened."""

import os
import socket
import struct

import pytest
from live.lowlevel import REGISTER, IoUring, call
from live.stage import text

READ, OPENAT, CLOSE, CONNECT, UNLINKAT, SOCKET, OPENAT2, FD_INSTALL = 22, 18, 19, 16, 36, 45, 28, 54
FIXED_FILE, ASYNC = 1, 1 << 4
SQ_POLL = 2


pytestmark = pytest.mark.usefixtures("uring")


@pytest.mark.parametrize("flags", [0, ASYNC], ids=["inline", "by a worker"])
def test_an_open_is_an_openat_with_the_file_that_was_opened(stage, here, flags):
    (here / "real").touch()
    (here / "link").symlink_to("real")

    def act():
        ring = IoUring()
        fd = ring.do(OPENAT, -100, ring.address(b"link\0"), 0o600, 0, os.O_RDWR | os.O_CREAT, flags=flags)
        assert os.path.samestat(os.fstat(fd), os.stat("real"))
        assert ring.do(CLOSE, fd) == 0
        assert ring.do(OPENAT, -100, ring.address(b"nosuch\0"), flags=flags) == -2

    seen = stage.run(act, "openat", "close")
    found, failed = seen.of("openat")
    assert (text(found.name), found.dirfd, found.tid) == (f"{here}/real", -100, seen.pid)
    assert (0, found.fd) in [(event.res, event.fd) for event in seen.of("close")]
    assert found.more == [b"link\0"] and found.flags & 7 == 7 and found.ino == os.stat("real").st_ino
    assert (failed.fd, text(failed.name)) == (-2, "nosuch")


def test_a_thread_of_the_kernel_stands_for_the_process(stage, here):
    """Submission polling: the process itself makes no call for its operations."""
    (here / "file").touch()

    def act():
        ring = IoUring(SQ_POLL)
        assert ring.do(OPENAT, -100, ring.address(b"./file\0")) > 0

    seen = stage.run(act, "openat")
    found = seen.one("openat")
    assert (found.tid, text(found.name), found.more) == (seen.pid, f"{here}/file", [b"./file\0"])


def test_openat2_has_the_flags_of_the_kernels_copy(stage, here):
    (here / "file").touch()

    def act():
        ring = IoUring()
        how = struct.pack("<QQQ", os.O_RDONLY | os.O_CLOEXEC, 0, 8)  # RESOLVE_BENEATH
        assert ring.do(OPENAT2, -100, ring.address(b"file\0"), len(how), ring.address(how)) > 0

    found = stage.run(act, "openat2").one("openat2")
    assert text(found.name) == f"{here}/file" and found.resolve == 1 and found.flags & ~2048 == 1 | 4096


def test_a_socket_connects(stage):
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]

    def act():
        ring = IoUring()
        fd = ring.do(SOCKET, socket.AF_INET, 0, 0, socket.SOCK_STREAM)
        address = struct.pack("<H", socket.AF_INET) + struct.pack(">H", port) + socket.inet_aton("127.0.0.1") + bytes(8)
        assert ring.do(CONNECT, fd, ring.address(address), 0, len(address)) == 0

    with server:
        seen = stage.run(act, "socket", "connect")
    made, connected = seen.one("socket"), seen.one("connect")
    assert (made.domain, made.type, connected.fd, connected.res) == (2, 1, made.fd, 0)
    assert connected.tuple[7:] == socket.inet_aton("127.0.0.1") + struct.pack("<H", port)


def test_an_unlink_names_what_it_names(stage, here):
    (here / "gone").touch()

    def act():
        ring = IoUring()
        assert ring.do(UNLINKAT, -100, ring.address(b"gone\0")) == 0

    found = stage.run(act, "unlinkat").of("unlinkat", "syscall")
    assert len(found) == 1


@pytest.mark.parametrize(("slot", "number"), [(3, 0x40000002), (0xFFFFFFFF, 0x40000000)], ids=["chosen", "any"])
def test_a_direct_descriptor_has_a_number_of_its_own(stage, here, slot, number):
    """It is in no process's table: the file comes from the ring's."""
    (here / "file").touch()
    (here / "link").symlink_to("file")

    def act():
        ring = IoUring()
        table = struct.pack("<4i", -1, -1, -1, -1)
        assert call(REGISTER, ring.fd, 2, ring.address(table), 4) == 0
        assert ring.do(OPENAT, -100, ring.address(b"link\0"), slot=slot) == 0
        assert ring.do(CLOSE, 0, slot=number - 0x40000000 + 1) == 0

    seen = stage.run(act, "openat", "close")
    found = seen.one("openat")
    assert (found.fd, text(found.name), found.more, found.ino) == (number, f"{here}/file", [b"link\0"], os.stat("file").st_ino)
    assert number in [event.fd for event in seen.of("close")]


def test_a_direct_descriptor_that_gets_an_ordinary_number(stage, here):
    (here / "file").touch()

    def act():
        ring = IoUring()
        assert call(REGISTER, ring.fd, 2, ring.address(struct.pack("<i", -1)), 1) == 0
        assert ring.do(OPENAT, -100, ring.address(b"file\0"), slot=1) == 0
        if ring.do(FD_INSTALL, 0, flags=FIXED_FILE) == -22:
            os._exit(77)

    seen = stage.run(act, "openat", "dup", status=None)
    if seen.status == 77:
        pytest.skip("no such operation before 6.8")
    assert (seen.one("dup").oldfd, seen.one("dup").res > 0) == (seen.one("openat").fd, True)


def test_a_direct_socket_connects(stage):
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]

    def act():
        ring = IoUring()
        assert call(REGISTER, ring.fd, 2, ring.address(struct.pack("<2i", -1, -1)), 2) == 0
        assert ring.do(SOCKET, socket.AF_INET, 0, 0, socket.SOCK_STREAM, slot=2) == 0
        address = struct.pack("<H", socket.AF_INET) + struct.pack(">H", port) + socket.inet_aton("127.0.0.1") + bytes(8)
        assert ring.do(CONNECT, 1, ring.address(address), 0, len(address), flags=FIXED_FILE) == 0

    with server:
        seen = stage.run(act, "socket", "connect")
    assert seen.one("socket").fd == seen.one("connect").fd == 0x40000001
    found = seen.one("connect").tuple
    assert found[7:] == socket.inet_aton("127.0.0.1") + struct.pack("<H", port) and found[1:5] == b"\x7f\0\0\1"


def test_an_open_that_a_flood_pushes_out_is_told(stage, here):
    """More operations under way than the probe can keep; reads of an empty pipe wait for as long as it takes."""

    def act():
        os.mkfifo("late")
        ring, (silent, _) = IoUring(), os.pipe()
        ring.prepare(OPENAT, -100, ring.address(b"./late\0"), flags=ASYNC)  # until somebody writes
        buffer = ring.address(bytes(8))
        for _ in range(12_000 // 64):
            for _ in range(63):
                ring.prepare(READ, silent, buffer, 8)
            ring.enter()
        os.open("late", os.O_WRONLY)
        while (found := ring.result()) is None:
            ring.enter()
        assert found > 0

    seen = stage.run(act, "openat", "read")
    assert [text(event.name) for event in seen.of("openat") if event.flags & 1] == [f"{here}/late"]


def test_what_is_not_wanted_is_not_told(stage, here):
    (here / "file").touch()

    def act():
        ring = IoUring()
        assert ring.do(OPENAT, -100, ring.address(b"file\0")) > 0

    assert not stage.run(act, "close").of("openat")
