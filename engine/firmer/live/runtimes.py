"""Names and images of containers, asked of the engines that run them.

Docker and Podman answer over a socket; of containerd and CRI-O the bundle is read that they leave for the runtime, as their own socket
speaks gRPC, which would cost more than all the rest of firmer. It is done in a thread: nobody waits for it, and until it is done a
container has an id and no name. Each answer has a size and a time that it may take, and comes from the user that the container is of.
"""

import json
import os
import queue
import socket
import stat
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from struct import unpack
from typing import Any

from firmer.live import inspected
from firmer.live.containers import CONTAINERD, CRI, CRIO, CUSTOM, DOCKER, PODMAN, Container, record

LONGEST = 1 << 20  # bytes of an answer
TIME_S = 2.0  # for all questions about one container
AGAIN_S = (1.0, 3.0)  # an engine may name a container after its first process runs
MOST_WAITING = 1024
SPACES = ("k8s.io", "default", "moby")
Told = dict[str, Any]


class NoAnswer(Exception):
    """The engine is not there, does not know the container, or said nothing that can be used."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Where engines are asked. `run` is /run but in tests."""

    run: str = "/run"

    def sockets(self, container: Container) -> Iterator[str]:
        below = self.run if container.owner == 0 else f"{self.run}/user/{container.owner}"
        first = (f"{below}/podman/podman.sock", f"{below}/docker.sock")
        yield from first if container.kind == PODMAN else reversed(first)

    def bundles(self, container: Container) -> Iterator[str]:
        name = os.fsdecode(container.full_id)
        for space in SPACES:
            for root in ("containerd", "k3s/containerd"):
                yield f"{self.run}/{root}/io.containerd.runtime.v2.task/{space}/{name}/config.json"
        yield f"{self.run}/containers/storage/overlay-containers/{name}/userdata/config.json"


def ask(container: Container, paths: Paths, until: float) -> Told:
    """What the engine tells of a container, by the names of records. Raises NoAnswer."""
    if not container.full_id or container.kind not in (DOCKER, PODMAN, CONTAINERD, CRI, CRIO):
        raise NoAnswer
    askers: list[Callable[[Container, Paths, float], Told]] = [ask_sockets, read_bundle]
    for asker in askers if container.kind in (DOCKER, PODMAN) else reversed(askers):
        try:
            return asker(container, paths, until)
        except NoAnswer:
            continue
    raise NoAnswer


def ask_sockets(container: Container, paths: Paths, until: float) -> Told:
    for path in paths.sockets(container):
        try:
            told = parsed(get(path, f"/v1.24/containers/{os.fsdecode(container.full_id)}/json", container.owner, until))
        except NoAnswer:
            continue
        found = inspected.from_docker(told)
        image = found.get("imageid")
        if isinstance(image, str) and image.isalnum():
            with suppress(NoAnswer):
                found |= inspected.from_image(parsed(get(path, f"/v1.24/images/{image}/json", container.owner, until)), found)
        return found
    raise NoAnswer


def read_bundle(container: Container, paths: Paths, until: float) -> Told:
    if container.owner:
        raise NoAnswer  # it would be the user's own file
    for path in paths.bundles(container):
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            about = os.fstat(fd)
            if stat.S_ISREG(about.st_mode) and about.st_uid == os.stat(paths.run).st_uid:
                return inspected.from_bundle(parsed(os.read(fd, LONGEST)))
        finally:
            os.close(fd)
    raise NoAnswer


def parsed(text: bytes) -> Told:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoAnswer from error
    if not isinstance(found, dict):
        raise NoAnswer
    return found


def get(path: str, target: str, owner: int, until: float) -> bytes:
    """The body of an answer over HTTP on a unix socket whose other end is of user `owner`. Raises NoAnswer."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as connection:
            connection.settimeout(left(until))
            connection.connect(path)
            peer = unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1]
            if peer not in (owner, os.geteuid()):
                raise NoAnswer
            # the first version of HTTP: no pieces, and the answer ends where the connection does
            connection.sendall(f"GET {target} HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            text = bytearray()
            while len(text) <= LONGEST:
                connection.settimeout(left(until))
                piece = connection.recv(65536)
                if not piece:
                    break
                text += piece
                if ended(text):
                    break
    except OSError as error:
        raise NoAnswer from error
    head, _, body = bytes(text).partition(b"\r\n\r\n")
    if len(text) > LONGEST or not head.startswith(b"HTTP/1.") or head.split(b" ", 2)[1:2] != [b"200"]:
        raise NoAnswer
    return body


def left(until: float) -> float:
    """Seconds; NoAnswer when there are none."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise NoAnswer
    return seconds


def ended(text: bytearray) -> bool:
    """Whether the length that the head tells is there, for those who keep the connection open."""
    head, found, body = text.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n")[1:] if found else ():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length" and value.strip().isdigit():
            return len(body) >= int(value)
    return False


class Runtimes:
    """A thread that asks. `ask` and `answers` return at once; `notes` counts what came to nothing."""

    def __init__(self, paths: Paths | None = None, again_s: tuple[float, ...] = AGAIN_S) -> None:
        self.notes: dict[str, int] = {}
        self._paths = paths or Paths()
        self._again_s = again_s
        self._asked: queue.Queue[Container | None] = queue.Queue(MOST_WAITING)
        self._found: deque[bytes] = deque(maxlen=MOST_WAITING)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="runtimes", daemon=True)
        self._thread.start()

    def ask(self, container: Container) -> None:
        """Have a record made; it is among the answers later, or never."""
        if container.kind == CUSTOM or not container.full_id:
            return  # nobody to ask
        try:
            self._asked.put_nowait(container)
        except queue.Full:
            self._count("containers: too many to ask for")

    def answers(self) -> list[bytes]:
        """The JSON texts of records that were made since the last call."""
        found = []
        while self._found:
            found.append(self._found.popleft())
        return found

    def close(self) -> None:
        """Does not wait for an answer that is on its way."""
        self._closing.set()
        with suppress(queue.Full):  # then it looks at the flag before the next
            self._asked.put_nowait(None)

    def _count(self, what: str) -> None:
        self.notes[what] = self.notes.get(what, 0) + 1

    def _run(self) -> None:
        later: list[tuple[float, int, Container]] = []  # when, how often asked, whom
        while not self._closing.is_set():
            wait = max(0.0, min(later)[0] - time.monotonic()) if later else None
            try:
                container, times = self._asked.get(timeout=wait), 0
            except queue.Empty:
                entry = min(later)
                later.remove(entry)
                _, times, container = entry
            if container is None:
                return
            try:
                self._found.append(record(container, ask(container, self._paths, time.monotonic() + TIME_S)))
            except NoAnswer:
                if times < len(self._again_s):
                    later.append((time.monotonic() + self._again_s[times], times + 1, container))
                else:
                    self._count("containers: no answer from an engine")
