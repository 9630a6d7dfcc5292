"""What a host is doing when the probe begins, from /proc: processes, descriptors, sockets, accounts, addresses.

The probe is attached first and the events of meanwhile wait. Then `scan` reads each process, again and again until a pass finds nobody new:
a child of somebody who was not read yet would inherit what its parent got later. `read_at_ns` says for each process up to when its
events are in the section already; later ones are applied, and an exit always is, for what was read may have been a zombie.
"""

import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from firmer.events.section import FdEntry, Group, Section, User
from firmer.live import containers, interfaces, sockets, users
from firmer.live.asking import NoAnswer
from firmer.live.containers import Container
from firmer.live.engines import Engines, Paths
from firmer.live.files import read_below
from firmer.live.mounts import LONGEST, mount_id, read_mounts
from firmer.live.probe import boot_time
from firmer.live.processes import Process, Reader

MOST_PASSES = 64  # a host that forks faster than we read must not keep us for ever
MOST_THREADS = 262144  # as many as the state keeps
ENGINE_TIME_S, ENGINES_TIME_S = 0.3, 0.5  # for one, for all: events wait meanwhile
MOST_ASKED = 8  # processes of a container whose root is tried
Pids = Iterable[int] | Callable[[], Iterable[int]]


@dataclass(slots=True)
class Scan:
    """The host at start.

    read_at_ns  by process: boot clock before it was read
    notes       what could not be read, or was too much, by name
    complete    whether a last pass found nobody new
    containers  what there is to ask the engines for
    read_by_ns  by process: boot clock when it was read
    """

    section: Section
    read_at_ns: dict[int, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    complete: bool = True
    containers: list[Container] = field(default_factory=list)
    read_by_ns: dict[int, int] = field(default_factory=dict)


def scan(pids: Pids | None = None, boot_ts_ns: int | None = None, engines: Paths | None = None) -> Scan:
    """Read the host, or only the processes `pids`; a function of that is asked anew for each pass.

    boot_ts_ns  time of day at boot, as events count from it; None: as the clocks say now
    engines     where container engines are asked, for a short time; None: none is
    """
    boot = boot_time() if boot_ts_ns is None else boot_ts_ns
    found = Scan(Section(machine=interfaces.machine(boot), interfaces=interfaces.interfaces()))
    processes = read_processes(pids, found)
    add_sockets(processes.values(), found.notes)
    add_starts(processes.values(), boot)
    for process in processes.values():
        found.read_at_ns[process.pid] = process.read_at_ns
        found.read_by_ns[process.pid] = process.read_by_ns
        found.section.threads += process.threads
        if process.fds:
            found.section.fds[process.pid] = process.fds
    add_accounts(found)
    add_containers(found, engines)
    return found


def lister(pids: Pids | None) -> Callable[[], Iterable[int]]:
    if pids is None:
        return lambda: (int(name) for name in os.listdir("/proc") if name.isdigit())
    if callable(pids):
        return pids
    listed = list(pids)
    return lambda: listed


def read_processes(pids: Pids | None, found: Scan) -> dict[int, Process]:
    """Pass after pass until nobody is new."""
    listed, reader = lister(pids), Reader(found.notes)
    processes: dict[int, Process] = {}
    seen: set[int] = set()
    threads = 0
    for _ in range(MOST_PASSES):
        new = sorted(pid for pid in listed() if pid not in seen)
        if not new:
            return processes
        for pid in new:
            seen.add(pid)
            process = reader.process(pid)
            if process is None:
                continue
            threads += len(process.threads)
            if threads > MOST_THREADS:
                reader.count("threads: more than are kept")
                found.complete = False
                return processes
            processes[pid] = process
    found.complete = False
    reader.count("processes: new ones faster than they are read")
    return processes


def add_sockets(processes: Iterable[Process], notes: dict[str, int]) -> None:
    """Each network namespace is asked once."""
    members: dict[int, list[Process]] = {}
    for process in processes:
        if process.sockets and "net" in process.namespaces:
            members.setdefault(process.namespaces["net"], []).append(process)
    for namespace, inside in members.items():
        entries: list[FdEntry] = [entry for process in inside for entry in process.sockets]
        sockets.fill(namespace, (process.pid for process in inside), entries, notes)
        for process in inside:
            sockets.name_unbound(process.pid, (entry for entry in process.sockets if entry.name.startswith(b"socket:[")))


def add_starts(processes: Iterable[Process], boot: int) -> None:
    """Times of day: of each thread's start, and of that of its pid namespace, which is its first process or the oldest that we know."""
    oldest: dict[int, int] = {}
    for process in processes:
        space = process.namespaces.get("pid", 0)
        oldest[space] = min(oldest.get(space, process.started_ns), process.started_ns)
    here = os.stat("/proc/self/ns/pid").st_ino
    for process in processes:
        space = process.namespaces.get("pid", here)
        start = boot if space == here else boot + oldest[space]
        for thread in process.threads:
            thread.pidns_init_start_ts = start
            thread.clone_ts += boot


def add_containers(found: Scan, paths: Paths | None) -> None:
    """Containers with their accounts, and what engines tell at once."""
    engines = None if paths is None else Engines(paths, found.notes, ENGINE_TIME_S)
    until = time.monotonic() + ENGINES_TIME_S
    for container, pids in containers.containers_of(found.section.threads).items():
        found.containers.append(container)
        told = asked_at_once(container, engines) if engines is not None and time.monotonic() < until else None
        found.section.containers.append(containers.record(container, told))
        theirs = accounts_of(container, pids[:MOST_ASKED], found.notes)
        found.section.users += theirs[0]
        found.section.groups += theirs[1]


def asked_at_once(container: Container, engines: Engines) -> dict[str, Any] | None:
    """What is told of a container; None where somebody has to ask once more, as an engine that may know better did not answer."""
    faults = engines.faults
    with suppress(NoAnswer):
        told = engines.ask(container)
        return told if engines.faults == faults else None
    return None


def accounts_of(container: Container, pids: Iterable[int], notes: dict[str, int]) -> tuple[list[User], list[Group]]:
    """Users and groups of a container, through the first of its processes that lives."""
    for pid in pids:
        try:
            root = os.open(f"/proc/{pid}/root", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            if served(root, pid):
                notes["accounts: file not readable"] = notes.get("accounts: file not readable", 0) + 1
                break
            return users.read_accounts(root, container.id, notes)
        except (FileNotFoundError, ProcessLookupError):
            continue
        finally:
            os.close(root)
    return [], []


def served(root: int, pid: int) -> bool:
    """Whether a program serves the file system of a process's root: it might never answer."""
    directory = os.open(f"/proc/{pid}", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        mount = read_mounts(read_below(directory, b"mountinfo", LONGEST)).get(mount_id(root))
    finally:
        os.close(directory)
    return mount is None or mount.kind.startswith(b"fuse")


def add_accounts(found: Scan) -> None:
    root = os.open("/", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        found.section.users, found.section.groups = users.read_accounts(root, b"", found.notes)
    finally:
        os.close(root)
