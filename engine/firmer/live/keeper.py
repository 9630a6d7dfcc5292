"""A process that keeps the privileges that looking at the host takes, so that the engine, which reads what others write, needs none.

    keeper = Keeper.start(scan)         # before privileges are given up
    probe.exclude(keeper.pid)           # what it does is no event
    LiveSource(probe, keeper.scan)
    keeper.ask(container, pid); keeper.answers()
    keeper.close()

It reads nothing but its socket, /proc, account files and the answers of container engines. It ends with whoever started it.
"""

import ctypes
import mmap
import os
import pickle
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec

from firmer.errors import FirmerError
from firmer.events.section import Group, User
from firmer.live.containers import Container
from firmer.live.privileges import TO_SCAN, held, keep
from firmer.live.runtimes import Runtimes
from firmer.live.scan import Scan

TIME_LIMIT_S = 60.0  # a process can make others wait who read its arguments; then the scan is given up
LAST_WAIT_S = 2.0
PR_SET_PDEATHSIG = 1
Look = Callable[[int], Scan]
LONGEST_REQUEST = 1 << 17
MOST_ASKED = 64  # containers in one request


class KeeperError(FirmerError):
    """The keeper is gone, or does not answer."""


@dataclass(slots=True)
class Request:
    """A file for the reply comes with it.

    epoch  of the boot clock, to have the host looked at
    ask    containers, each with one of its processes
    """

    epoch: int | None = None
    ask: list[tuple[Container, int]] = field(default_factory=list)


@dataclass(slots=True)
class Reply:
    found: Scan | None = None
    error: str = ""
    answers: list[bytes] = field(default_factory=list)
    accounts: list[User | Group] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)


class Keeper:
    """The engine's end. One request at a time; threads wait for each other."""

    def __init__(self, pid: int, link: socket.socket) -> None:
        self.pid = pid
        self.notes: dict[str, int] = {}
        self._link = link
        self._lock = threading.Lock()
        self._asked: list[tuple[Container, int]] = []

    @classmethod
    def start(cls, look: Look, capabilities: Sequence[str] = TO_SCAN) -> "Keeper":
        """Forks: no other thread may run, and it keeps those of the capabilities that there are. Raises KeeperError.

        look  gives a scan for the epoch of the boot clock; called there
        """
        if len(os.listdir("/proc/self/task")) != 1:
            raise KeeperError("the keeper is started before other threads")
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            ours.close()
            serve(its, look, capabilities)
        its.close()
        ours.settimeout(TIME_LIMIT_S)
        return cls(pid, ours)

    def scan(self, epoch: int) -> Scan:
        """What `look` gives there. Raises KeeperError."""
        with self._lock:
            reply = self._exchange(Request(epoch))
        if reply.found is None:
            raise KeeperError(f"the host could not be looked at: {reply.error}")
        return reply.found

    def ask(self, container: Container, pid: int) -> None:
        """Have its accounts read through a process of it, and a record made with what its engine tells: among the answers later, or never."""
        self._asked.append((container, pid))

    def answers(self) -> tuple[list[bytes], list[User | Group]]:
        """Records and accounts that were found since the last call. Waits for no engine, and for no scan: while there is one, there are none."""
        if not self._lock.acquire(blocking=False):
            return [], []
        try:
            asked, self._asked = self._asked[:MOST_ASKED], self._asked[MOST_ASKED:]
            reply = self._exchange(Request(ask=asked))
        finally:
            self._lock.release()
        self.notes = reply.notes
        return reply.answers, reply.accounts

    def _exchange(self, request: Request) -> Reply:
        memory = os.memfd_create("reply", os.MFD_CLOEXEC)
        try:
            socket.send_fds(self._link, [msgspec.msgpack.encode(request)], [memory])
            size = int.from_bytes(self._link.recv(8), "little")
            if not size:
                raise KeeperError("the process that looks at the host has ended")
            with mmap.mmap(memory, size, prot=mmap.PROT_READ) as told:
                # from a process that may do more than this one; what goes the other way is checked, and only data
                reply: Reply = pickle.loads(told)
                return reply
        except OSError as error:
            # an answer that comes later would be taken for the next one's
            self._link.close()
            raise KeeperError(f"the process that looks at the host does not answer: {error.strerror or error}") from error
        finally:
            os.close(memory)

    def close(self) -> None:
        """Ends it."""
        self._link.close()
        end = time.monotonic() + LAST_WAIT_S
        while time.monotonic() < end:
            with suppress(ChildProcessError):
                if os.waitpid(self.pid, os.WNOHANG) == (0, 0):
                    time.sleep(0.005)
                    continue
            return
        with suppress(ProcessLookupError, PermissionError):  # of another user it ends when its call does
            os.kill(self.pid, signal.SIGKILL)


# -- the keeper's side -------------------------------------------------------------------------------------------------
def serve(link: socket.socket, look: Look, capabilities: Sequence[str]) -> None:
    """Never returns. What it inherited is closed: a descriptor of the probe would keep that attached."""
    status = 1
    try:
        number = link.detach()
        os.dup2(number, 3)
        os.closerange(4, os.sysconf("SC_OPEN_MAX"))
        for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(kind, signal.SIG_IGN)  # a terminal and systemd send these to all; whoever started us ends us
        keep([name for name in capabilities if name in held()])
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # a change of privileges would take it back
        # the engine may end while something is on its way
        with socket.socket(fileno=3) as connection, suppress(ConnectionError):
            loop(connection, look)
        status = 0
    except BaseException:
        traceback.print_exc()  # the engine learns only that it has no keeper any more
        raise
    finally:
        sys.stderr.flush()
        os._exit(status)


def loop(connection: socket.socket, look: Look) -> None:
    runtimes: Runtimes | None = None
    while True:
        message, descriptors, _, _ = socket.recv_fds(connection, LONGEST_REQUEST, 1)
        if not message:
            return
        request, reply = msgspec.msgpack.decode(message, type=Request), Reply()
        if request.epoch is not None:
            try:
                reply.found = look(request.epoch)
            except OSError as error:
                reply.error = str(error)
        if request.ask and runtimes is None:
            runtimes = Runtimes()
        if runtimes is not None:
            for container, pid in request.ask:
                runtimes.ask(container, pid)
            reply.answers, reply.accounts = runtimes.answers()
            reply.notes = dict(runtimes.notes)
        text = pickle.dumps(reply, pickle.HIGHEST_PROTOCOL)
        with open(descriptors[0], "wb") as file:
            file.write(text)
        connection.send(len(text).to_bytes(8, "little"))
