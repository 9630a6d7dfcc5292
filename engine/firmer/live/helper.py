"""A child process that may look at all processes, and nothing else, for a parent that gave all its rights up."""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import socket
from collections.abc import Callable
from struct import pack, unpack

from firmer.errors import FirmerError
from firmer.live.privileges import TO_SCAN, held, keep
from firmer.live.scan import Scan

PR_SET_PDEATHSIG = 1
SIZE = "=Q"


class HelperGone(FirmerError):
    """The child that scans the host has ended."""


class Helper:
    """Begin it before there are threads. `scan` is called by one thread at a time."""

    def __init__(self, look: Callable[[int], Scan]) -> None:
        """look  gives a scan for the epoch of the boot clock; called in the child"""
        ours, its = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                serve(its, look)
                status = 0
            finally:
                os._exit(status)
        its.close()
        self.link = ours

    def scan(self, epoch: int) -> Scan:
        """Raises HelperGone."""
        try:
            self.link.sendall(pack(SIZE, epoch))
            found = pickle.loads(received(self.link))  # written by our own child
        except (OSError, EOFError) as error:
            raise HelperGone("the helper that looks at processes has ended") from error
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, Scan)
        return found

    def close(self) -> None:
        self.link.close()
        os.waitpid(self.pid, 0)


def serve(link: socket.socket, look: Callable[[int], Scan]) -> None:
    """Answer until the parent is gone."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # a terminal sends these to all its processes; the parent decides
    # the probe ends with the last of its descriptors: none may live on here
    os.closerange(3, link.fileno())
    os.closerange(link.fileno() + 1, 1 << 16)
    keep([name for name in TO_SCAN if name in held()])
    while True:
        try:
            (epoch,) = unpack(SIZE, exactly(link, 8))
        except EOFError:
            return
        try:
            answer = pickle.dumps(look(epoch))
        except Exception as error:  # noqa: BLE001  # raised in the parent
            answer = pickle.dumps(error)
        link.sendall(pack(SIZE, len(answer)) + answer)


def received(link: socket.socket) -> bytes:
    return exactly(link, unpack(SIZE, exactly(link, 8))[0])


def exactly(link: socket.socket, size: int) -> bytes:
    content = bytearray()
    while len(content) < size:
        some = link.recv(min(size - len(content), 1 << 20))
        if not some:
            raise EOFError
        content += some
    return bytes(content)
