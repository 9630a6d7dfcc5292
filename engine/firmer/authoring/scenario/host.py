"""The host of a scenario: its clock, users and containers, the processes that run when the story begins, and what they do."""

import gzip
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from firmer.authoring.scenario.container import Container
from firmer.authoring.scenario.descriptors import Descriptor
from firmer.authoring.scenario.layout import EVERYWHERE, TODAY, Call, Layout, blocks
from firmer.authoring.scenario.process import Process
from firmer.authoring.scenario.stage import Stage
from firmer.authoring.scenario.values import Address
from firmer.capture.writer import Writer
from firmer.events.section import FdEntry, Group, Interface, Machine, Section, ThreadEntry, User

Snapshot = tuple[ThreadEntry, list[FdEntry]]
NO_THREAD = -1

CONTAINER_AGE_NS = 3_600 * 10**9
USERS = (
    User(0, 0, b"root", b"/root", b"/bin/bash"),
    User(1, 1, b"daemon", b"/usr/sbin", b"/usr/sbin/nologin"),
    User(33, 33, b"www-data", b"/var/www", b"/usr/sbin/nologin"),
    User(1000, 1000, b"anna", b"/home/anna", b"/bin/bash"),
)
GROUPS = (Group(0, b"root"), Group(1, b"daemon"), Group(33, b"www-data"), Group(42, b"shadow"), Group(1000, b"anna"))


class Host:
    """`process` and `container` before the first event tell what is there already; from the first event on things happen."""

    def __init__(self, start: str = "2026-01-05T10:00:00Z", name: str = "web-1", ip: str = "10.0.0.5", cpus: int = 2) -> None:
        start_ns = int(datetime.fromisoformat(start.replace("Z", "+00:00")).timestamp()) * 10**9
        self.stage = Stage(start_ns, ip, cpus)
        self.name = name
        self.users = list(USERS)
        self.groups = list(GROUPS)
        self._processes: list[Snapshot] = []
        self._containers: list[Container] = []
        self.init = self.process("systemd", "--system", exe="/usr/lib/systemd/systemd", tid=1)

    # what is there

    def process(
        self,
        name: str,
        *args: str,
        exe: str = "",
        parent: Process | None = None,
        container: Container | None = None,
        fds: Mapping[int, Descriptor] | None = None,
        **traits: Any,
    ) -> Process:
        """A process that runs when the story begins; `traits` are attributes of `Process` (uid, cwd, tty, env, …)."""
        if self.stage.calls:
            raise ValueError(f"'{name}' cannot have been there: the story has begun; let a process spawn it")
        tid = traits.pop("tid", None) or self.stage.new_tid()
        ptid = parent.tid if parent is not None else int(tid != 1)
        process = Process(
            stage=self.stage, tid=tid, ptid=ptid, comm=name, exepath=exe or f"/usr/bin/{name}", args=args, container=container, **traits
        )
        process.fds.update(fds or {})
        self._processes.append((process.entry(), [fd.entry(number) for number, fd in sorted(process.fds.items())]))
        return process

    def container(self, name: str, image: str, **traits: Any) -> Container:
        """A docker container that runs, or from now on runs; `traits` are attributes of `Container` (privileged, mounts, …)."""
        begun = bool(self.stage.calls)
        container = Container(name, image, self.stage.now_ns if begun else self.stage.now_ns - CONTAINER_AGE_NS, **traits)
        if begun:
            for teller, values in container.told():
                self.stage.happen(teller, NO_THREAD, values)
        else:
            self._containers.append(container)
        return container

    # what happens

    def wait(self, seconds: float) -> None:
        """Nothing happens for so long."""
        self.stage.now_ns += int(seconds * 1e9)

    # what is written

    def section(self) -> Section:
        """The state of the host at the first event."""
        address = Address(self.stage.ip).packed
        machine = Machine(self.stage.cpus, 8 << 30, 1 << 22, self.name.encode(), self.stage.boot_ns)
        interfaces = [
            Interface(b"lo", b"\x7f\0\0\1", b"\xff\0\0\0", b"\x7f\xff\xff\xff", 0),
            Interface(b"eth0", address, b"\xff\xff\xff\0", address[:3] + b"\xff", 0),
        ]
        threads = [entry for entry, _ in self._processes]
        fds = {entry.tid: listed for entry, listed in self._processes}
        return Section(machine, interfaces, self.users, self.groups, threads, fds)

    def events(self, layout: Layout = EVERYWHERE) -> list[bytes]:
        """The blocks of all events; those that tell of the containers come first."""
        start_ns = self.stage.start_ns
        told = [
            Call(teller, NO_THREAD, start_ns, start_ns, 0, values) for container in self._containers for teller, values in container.told()
        ]
        return [block for call in told + self.stage.calls for block in blocks(call, layout)]

    def capture(self, layout: Layout = EVERYWHERE) -> bytes:
        """The whole capture, uncompressed."""
        made = BytesIO()
        with Writer(made, tail="long" if layout is TODAY else "short") as writer:
            writer.section(self.section())
            for event in self.events(layout):
                writer.event_bytes(event)
            writer.flush()
            return made.getvalue()

    def write(self, path: str | Path, layout: Layout = EVERYWHERE) -> None:
        """Write the capture; gzip-compressed when the name ends in .gz, always to the same bytes."""
        content = self.capture(layout)
        Path(path).write_bytes(gzip.compress(content, 9, mtime=0) if str(path).endswith(".gz") else content)
