"""Operations of io_uring whose success is silent: no completion, no tracepoint. They are told with the file that was opened, before it is used."""

import contextlib
import os
import select
import socket
import struct
import sys
import threading
import time

import pytest
from live.lowlevel import REGISTER, IoUring, call
from live.stage import text

READ, OPENAT, CLOSE, CONNECT, ACCEPT, UNLINKAT, NOP, TIMEOUT = 22, 18, 19, 16, 13, 36, 0, 11
FIXED_FILE, LINK, ASYNC, SILENT = 1, 1 << 2, 1 << 4, 1 << 6
SQ_POLL, SINGLE_ISSUER, DEFER_TASKRUN = 1 << 1, 1 << 12, 1 << 13
DIRECT, UNKNOWN = 0x40000000, 0x7FFFFFFF
PATIENCE_S = 20


pytestmark = pytest.mark.usefixtures("uring")


@pytest.fixture
def link(here):
    """`link` leads to `real`: only the kernel's objects tell."""
    (here / "real").write_text("secret")
    (here / "link").symlink_to("real")
    return f"{here}/real"


def until(what):
    """The first true answer: silent operations say nothing when they are done, and a worker of the kernel may take its time."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if found := what():
            return found
    raise AssertionError("it never came")


def descriptors():
    """Number → what it leads to, of this process."""
    out = {}
    for fd in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            out[int(fd)] = os.readlink(f"/proc/self/fd/{fd}")
    return out


def opened(name):
    return until(lambda: next((fd for fd, path in descriptors().items() if path == name), None))


@pytest.mark.parametrize("flags", [0, ASYNC], ids=["inline", "by a worker"])
@pytest.mark.parametrize("setup", [0, SQ_POLL, SINGLE_ISSUER | DEFER_TASKRUN], ids=["plain", "polled", "deferred"])
def test_a_silent_open_has_its_descriptor_and_its_file(stage, link, flags, setup):
    def act():
        try:
            ring = IoUring(setup)
        except OSError:
            os._exit(77)
        ring.do(OPENAT, -100, ring.address(b"link\0"), flags=SILENT | flags, wait=0)
        assert os.pread(opened(link), 6, 0) == b"secret"
        assert ring.result() is None

    seen = stage.run(act, "openat", "pread64", status=None)
    if seen.status == 77:
        pytest.skip("this kernel has no such ring")
    (found,) = [event for event in seen.of("openat") if event.more == [b"link\0"]]
    read = seen.one("pread")
    assert (text(found.name), found.fd, found.tid) == (link, read.fd, seen.pid) and found.ts < read.ts


def test_one_that_comes_to_nothing_more_than_an_end_is_told(stage, link):
    """No call behind it, no completion: the process ends."""

    def act():
        ring = IoUring()
        ring.prepare(OPENAT, -100, ring.address(b"link\0"), flags=SILENT | ASYNC)
        ring.enter()

    found = stage.run(act, "openat").of("openat")
    assert [text(event.name) for event in found if event.more == [b"link\0"]] in ([link], [])  # or it was not begun
    assert stage.probe.silent == 0


def test_a_failure_is_told_once(stage, here):
    def act():
        ring = IoUring()
        assert ring.do(OPENAT, -100, ring.address(b"nosuch\0"), flags=SILENT) == -2

    found = stage.run(act, "openat").one("openat")
    assert (found.fd, text(found.name)) == (-2, "nosuch")


@pytest.mark.parametrize("descriptor", [-100, 0], ids=["the working directory", "a directory numbered 0"])
@pytest.mark.parametrize(("slot", "number"), [(3, DIRECT + 2), (0xFFFFFFFF, DIRECT)], ids=["chosen", "any"])
def test_a_direct_descriptor(stage, here, link, descriptor, slot, number):
    def act():
        os.dup2(os.open(here, os.O_RDONLY), 0)
        ring = IoUring()
        assert call(REGISTER, ring.fd, 2, ring.address(struct.pack("<4i", -1, -1, -1, -1)), 4) == 0
        ring.do(OPENAT, descriptor, ring.address(b"link\0"), slot=slot, flags=SILENT, wait=0)
        until(lambda: ring.do(READ, number - DIRECT, ring.address(bytes(6)), 6, flags=FIXED_FILE) == 6)

    seen = stage.run(act, "openat", "pread64", "read")
    (found,) = [event for event in seen.of("openat") if event.more == [b"link\0"]]
    assert (found.fd, text(found.name)) == (number, link)
    assert found.ts < next(event.ts for event in seen if event.event in ("read", "pread") and (event.fd, event.res) == (number, 6))


def chain(ring, reading):
    assert call(REGISTER, ring.fd, 2, ring.address(struct.pack("<i", -1)), 1) == 0
    ring.prepare(OPENAT, -100, ring.address(b"link\0"), slot=1, flags=SILENT | ASYNC | LINK)
    ring.prepare(READ, 0, ring.address(bytes(6)), 6, flags=FIXED_FILE | LINK | reading)
    ring.prepare(CLOSE, 0, slot=1)
    ring.enter(2 if not reading else 1)


def test_a_chain_is_told_link_by_link(stage, here, link):
    """Opened, read, closed again by a worker of the kernel, without a call between."""

    def act():
        chain(IoUring(), 0)

    seen = stage.run(act, "openat", "read", "close")
    (found,) = [event for event in seen.of("openat") if event.more == [b"link\0"]]
    assert (found.fd, text(found.name)) == (DIRECT, link)
    assert found.ts < next(event.ts for event in seen.of("read", "pread") if (event.fd, event.res) == (DIRECT, 6))


def test_a_chain_that_is_silent_to_its_last_link_has_a_claim_at_worst(stage, here, link):
    """The file may be gone when anything can be seen: documented, and known by the parameter that is not there."""

    def act():
        chain(IoUring(), SILENT)

    found = [event for event in stage.run(act, "openat", "read", "close").of("openat") if event.fd == DIRECT]
    assert [(text(event.name), event.more) for event in found] in ([("link", [])], [(link, [b"link\0"])])


def test_many_at_once(stage, here, link):
    """More than one chain of tail calls has room for: no program of the event behind them is forgotten either."""

    def act():
        ring = IoUring()
        name = ring.address(b"link\0")
        for _ in range(30):
            ring.prepare(OPENAT, -100, name, flags=SILENT)
        ring.enter()
        until(lambda: len([path for path in descriptors().values() if path == link]) == 30)
        os.getppid()

    seen = stage.run(act, "openat", "getppid")
    found = [event for event in seen.of("openat") if event.more == [b"link\0"]]
    assert {text(event.name) for event in found} == {link} and len({event.fd for event in found}) == 30
    assert len(seen.of("syscall")) == 1


def test_what_no_call_wants_is_still_followed(stage, here, link):
    """Wanted is the open alone; any call makes it told."""

    def act():
        ring = IoUring()
        ring.do(OPENAT, -100, ring.address(b"link\0"), flags=SILENT | ASYNC, wait=0)
        opened(link)

    (found,) = [event for event in stage.run(act, "openat") if event.event == "openat" and event.more == [b"link\0"]]
    assert text(found.name) == link


def test_calls_of_the_process_are_told_as_ever(stage, here, link):
    """While something is under way each call goes by another program first."""

    def act():
        os.mkfifo("pipe")
        ring = IoUring()
        ring.do(OPENAT, -100, ring.address(b"pipe\0"), flags=SILENT | ASYNC, wait=0)  # until somebody writes
        for _ in range(1000):
            os.getppid()
        os.close(os.open("pipe", os.O_WRONLY))
        opened(f"{here}/pipe")

    seen = stage.run(act, "openat", "getppid")
    assert len(seen.of("syscall")) == 1000
    (found,) = [event for event in seen.of("openat") if event.more == [b"pipe\0"] and event.flags & 1]
    assert text(found.name) == f"{here}/pipe"


def test_what_finds_no_room_is_told_at_once_and_counted(stage, here):
    before = stage.probe.unfollowed

    def act():
        os.mkfifo("pipe")
        ring = IoUring()
        name = ring.address(b"pipe\0")
        for _ in range(40):
            ring.prepare(OPENAT, -100, name, flags=SILENT | ASYNC)
        ring.enter()

    found = stage.run(act, "openat").of("openat")
    assert len([event for event in found if event.fd == UNKNOWN and text(event.name) == "pipe"]) == 8
    broken_off = [event for event in found if event.fd < 0]  # by the end
    assert len(broken_off) <= 40
    assert 8 <= stage.probe.unfollowed - before <= 40 and stage.probe.silent == 0


def test_a_connection_has_both_ends_and_an_acceptance_its_descriptor(stage):
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]

    def act():
        ring = IoUring()
        address = struct.pack("<H", socket.AF_INET) + struct.pack(">H", port) + socket.inet_aton("127.0.0.1") + bytes(8)
        client = socket.socket()
        ring.do(CONNECT, client.fileno(), ring.address(address), 0, len(address), flags=SILENT, wait=0)
        until(lambda: select.select([], [client], [], 0)[1])
        known = descriptors().keys()
        ring.do(ACCEPT, server.fileno(), flags=SILENT, wait=0)
        (fd,) = until(lambda: descriptors().keys() - known)
        os.write(fd, b"hello")

    with server:
        seen = stage.run(act, "connect", "accept4", "write")
    connected, accepted = seen.one("connect"), seen.one("accept4")
    assert connected.tuple[5:7] != bytes(2) and connected.tuple[7:] == socket.inet_aton("127.0.0.1") + struct.pack("<H", port)
    assert accepted.tuple and accepted.fd == seen.one("write").fd


def test_an_unlink_has_its_result(stage, here):
    (here / "gone").touch()

    def act():
        ring = IoUring()
        ring.do(UNLINKAT, -100, ring.address(b"gone\0"), flags=SILENT, wait=0)
        until(lambda: not os.path.exists("gone"))

    found = stage.run(act, "unlinkat").one("unlinkat")
    assert (found.res, text(found.name)) == (0, "gone")


def test_two_threads_tell_each_open_once(stage, here, link):
    def act():
        ring, over = IoUring(), threading.Event()
        name = ring.address(b"link\0")
        others = [threading.Thread(target=lambda: [os.getppid() for _ in iter(over.is_set, True)]) for _ in range(2)]
        for other in others:
            other.start()
        sys.setswitchinterval(1e-4)
        for k in range(200):
            ring.do(OPENAT, -100, name, flags=SILENT | (ASYNC if k % 2 else 0), wait=0)
            os.close(opened(link))
        over.set()
        for other in others:
            other.join()

    seen = stage.run(act, "openat", "close")
    found = [event for event in seen.of("openat") if event.more == [b"link\0"]]
    assert len(found) == 200 and {text(event.name) for event in found} == {link}
