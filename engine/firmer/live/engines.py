"""Who is asked about a container, and in which order.

Docker and Podman answer over HTTP, containerd and CRI-O over gRPC; where these do not, the bundle is read that they leave for the runtime.
Each answer has a size and a time that it may take, and comes from the user that the container is of. An engine that keeps silent is left
alone for a while, so that the containers of others do not wait for it.
"""

import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from firmer.live import inspected
from firmer.live.asking import LONGEST, SILENT, NoAnswer, connect, get, loaded
from firmer.live.containers import CONTAINERD, CRIO, DOCKER, FULL_ID, PODMAN, Container

TIME_S = 2.0  # for all questions to one engine about one container
REST_S = 30.0
# below /run, by the names that users know
SOCKETS = {
    "docker": "docker.sock",
    "podman": "podman/podman.sock",
    "containerd": "containerd/containerd.sock",
    "k3s": "k3s/containerd/containerd.sock",
    "cri-o": "crio/crio.sock",
}
BY_GRPC = {"containerd": CONTAINERD, "k3s": CONTAINERD, "cri-o": CRIO}
DRIVERS = ("overlay", "vfs", "btrfs", "zfs")  # of the storage that Podman and CRI-O share
TASKS = ("containerd/io.containerd.runtime.v2.task", "k3s/containerd/io.containerd.runtime.v2.task")
Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Paths:
    """Where engines are asked. Tests have them elsewhere."""

    run: str = "/run"
    lib: str = "/var/lib"

    def by_http(self, container: Container) -> Iterator[str]:
        below = self.run if container.owner == 0 else f"{self.run}/user/{container.owner}"
        first = (f"{below}/{SOCKETS['podman']}", f"{below}/{SOCKETS['docker']}")
        yield from first if container.kind == PODMAN else reversed(first)

    def by_grpc(self, container: Container) -> Iterator[tuple[str, int]]:
        """(path, kind of its containers); the engine whose group it seems to be comes first."""
        if container.owner == 0:
            for engine in sorted(BY_GRPC, key=lambda engine: BY_GRPC[engine] != container.kind):
                yield f"{self.run}/{SOCKETS[engine]}", BY_GRPC[engine]

    def bundles(self, container: Container) -> Iterator[str]:
        if container.owner:
            return  # it would be the user's own file
        name = os.fsdecode(container.full_id)
        for tasks in TASKS:
            with suppress(OSError):
                for space in os.listdir(f"{self.run}/{tasks}"):
                    yield f"{self.run}/{tasks}/{space}/{name}/config.json"
        for root in (self.run, self.lib):
            for driver in DRIVERS:
                yield f"{root}/containers/storage/{driver}-containers/{name}/userdata/config.json"

    def stores(self, container: Container) -> Iterator[str]:
        """Where Podman and CRI-O list their containers."""
        for driver in DRIVERS if container.owner == 0 else ():
            yield f"{self.lib}/containers/storage/{driver}-containers/containers.json"
            yield f"{self.run}/containers/storage/{driver}-containers/volatile-containers.json"


class Engines:
    """The engines of this host.

    notes   counts what is wrong with those that are there, by socket
    faults  how often an engine did not answer that is there
    """

    def __init__(self, paths: Paths, notes: dict[str, int], time_s: float = TIME_S) -> None:
        self.faults = 0
        self._paths = paths
        self._notes = notes
        self._time_s = time_s
        self._resting: dict[str, float] = {}  # until when, by socket

    def ask(self, container: Container) -> Told:
        """What an engine tells of a container, by the names of records. Raises NoAnswer."""
        if not container.has_engine:
            raise NoAnswer
        ways = [self._by_http, self._by_grpc, self._by_files]
        if container.kind not in (DOCKER, PODMAN):
            ways = ways[1:] + ways[:1]
        for way in ways:
            with suppress(NoAnswer):
                return way(container)
        raise NoAnswer

    def _by_http(self, container: Container) -> Told:
        for path in self._paths.by_http(container):
            with suppress(NoAnswer):
                return self._at(path, container, ask_http)
        raise NoAnswer

    def _by_grpc(self, container: Container) -> Told:
        for path, kind in self._paths.by_grpc(container):
            with suppress(NoAnswer):
                return self._at(path, container, ask_containerd if kind == CONTAINERD else ask_crio) | {"type": kind}
        raise NoAnswer

    def _by_files(self, container: Container) -> Told:
        """What engines leave for the runtime, and for each other."""
        bundle = self._first(self._paths.bundles(container), self._paths.run, inspected.from_bundle)
        name = os.fsdecode(container.full_id)
        stored = self._first(self._paths.stores(container), self._paths.lib, lambda told: inspected.from_storage(told, name))
        if not bundle and not stored:
            raise NoAnswer
        return stored | {key: value for key, value in bundle.items() if value or key not in stored}

    def _first(self, paths: Iterable[str], root: str, told_by: Callable[[Any], Told]) -> Told:
        """What the first file tells that tells anything."""
        for path in paths:
            with suppress(NoAnswer):
                if found := told_by(loaded(read(path, root))):
                    return found
        return {}

    def _at(self, path: str, container: Container, ask: Callable[[str, Container, float], Told]) -> Told:
        now = time.monotonic()
        if self._resting.get(path, 0.0) > now:
            self.faults += 1
            raise NoAnswer
        try:
            return ask(path, container, now + self._time_s)
        except NoAnswer as error:
            if error.why:
                self.faults += 1
                name = f"containers: {path}: {error.why}"
                self._notes[name] = self._notes.get(name, 0) + 1
            if error.why == SILENT:
                self._resting[path] = time.monotonic() + REST_S
            raise


def ask_http(path: str, container: Container, until: float) -> Told:
    told = get(path, f"/v1.24/containers/{os.fsdecode(container.full_id)}/json", container.owner, until)
    found = inspected.from_docker(told)
    image = found.get("imageid")
    if isinstance(image, str) and image.isalnum():
        try:
            found |= inspected.from_image(get(path, f"/v1.24/images/{image}/json", container.owner, until), found)
        except NoAnswer as error:
            if error.why:
                raise
    return found


def ask_crio(path: str, container: Container, until: float) -> Told:
    with connect(path, container.owner, until) as connection:
        # most hosts have nobody who speaks it
        from firmer.live.cri import ask_cri
        from firmer.live.grpc import Channel

        return ask_cri(Channel(connection, until), os.fsdecode(container.full_id))


def ask_containerd(path: str, container: Container, until: float) -> Told:
    with connect(path, container.owner, until) as connection:
        from firmer.live.cri import ask_containerd_itself, ask_kubelets
        from firmer.live.grpc import Channel

        channel, name = Channel(connection, until), os.fsdecode(container.full_id)
        if FULL_ID.fullmatch(container.full_id):  # the kubelet's containers have no other ids
            try:
                return ask_kubelets(channel, name)
            except NoAnswer as error:
                if error.why:
                    raise
        return ask_containerd_itself(channel, name)


def read(path: str, root: str) -> bytes:
    """A plain file of the user to whom `root` belongs."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise NoAnswer from error
    try:
        about = os.fstat(fd)
        if not stat.S_ISREG(about.st_mode) or about.st_uid != os.stat(root).st_uid:
            raise NoAnswer
        return os.read(fd, LONGEST)
    finally:
        os.close(fd)
