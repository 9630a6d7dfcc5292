"""A live source, from what is asked of it: the probe on, the right calls reported, the host scanned.

Whom it watches is decided in the kernel, by the first lines of each program: of others nothing ever leaves it.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from firmer.errors import UsageError
from firmer.live.engines import Paths
from firmer.live.privileges import TO_LOAD, missing
from firmer.live.probe import Options, Probe, ProbeError
from firmer.live.scan import Pids, scan
from firmer.live.source import LiveSource
from firmer.live.wanted import want

PROCESSES = Path("/proc")
CGROUPS = Path("/sys/fs/cgroup")
BTF = Path("/sys/kernel/btf/vmlinux")
DOCTOR = "'firmer doctor' tells what is missing"


@dataclass(frozen=True, slots=True)
class Watch:
    """Whom to watch: everybody, or one process and all that it starts, or what runs in one control group (unified hierarchy) and below,
    or the container whose id begins so."""

    pid: int = 0
    cgroup: str = ""
    container: str = ""


def listen(wanted: bytes | None, watch: Watch, options: Options | None = None) -> LiveSource:
    """A source whose host this process itself scans. Arguments and errors are those of `begin`."""
    probe, pids = begin(wanted, watch, options)
    try:
        return LiveSource(probe, lambda epoch: scan(pids, epoch, Paths()))
    except BaseException:
        probe.close()
        raise


def begin(wanted: bytes | None, watch: Watch, options: Options | None = None) -> tuple[Probe, Pids | None]:
    """The probe, reporting, and whom a scan has to read. Raises ProbeError when it cannot be loaded, UsageError when there is nobody to watch.

    wanted  one byte an event key, as consumers say it; None: every event
    """
    check_rights()
    if sum(map(bool, (watch.pid, watch.cgroup, watch.container))) > 1:
        raise UsageError("one process, one control group or one container can be watched, not two of these")
    cgroup = group_of_container(watch.container) if watch.container else watch.cgroup
    group = group_folder(cgroup) if cgroup else None
    if watch.pid and not Path(f"/proc/{watch.pid}").exists():
        raise UsageError(f"no process {watch.pid}")
    try:
        probe = Probe.start(options)
    except ProbeError as error:
        raise ProbeError(f"{error}; {DOCTOR}") from None
    try:
        want(probe, wanted)
        if watch.pid:
            watch_tree(probe, watch.pid)
            return probe, partial(family, probe, watch.pid)
        if group is not None:
            probe.watch_cgroup(group.stat().st_ino, len(group.relative_to(CGROUPS).parts))
            return probe, partial(members, group)
        probe.watch_all()
        return probe, None
    except BaseException:
        probe.close()
        raise


def check_rights() -> None:
    """Raises ProbeError where loading could only fail, before it takes its time."""
    if missing(TO_LOAD):
        raise ProbeError(f"live events need root, or CAP_BPF and CAP_PERFMON; captures are read with -r FILE; {DOCTOR}")
    if not BTF.exists():
        raise ProbeError(f"live events need a kernel that describes itself (CONFIG_DEBUG_INFO_BTF: {BTF} is not there); {DOCTOR}")


def watch_tree(probe: Probe, pid: int) -> None:
    """The process and those that it has started. A child that comes meanwhile is watched as soon as its parent is."""
    watched: set[int] = set()
    while new := [each for each in tree(pid) if each not in watched]:
        for each in new:
            probe.watch(each)
        watched.update(new)


def family(probe: Probe, pid: int) -> set[int]:
    """Whom a scan of a tree reads: also those whose parents have ended, which nobody but the probe knows as its members."""
    return {*tree(pid), *probe.watched()}


def tree(pid: int) -> list[int]:
    """A process and its descendants, those that live."""
    found, rest = [], [pid]
    while rest:
        each = rest.pop()
        found.append(each)
        try:
            for task in os.listdir(f"/proc/{each}/task"):
                rest += map(int, Path(f"/proc/{each}/task/{task}/children").read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended
    return found


def group_folder(name: str) -> Path:
    """A control group as a folder, from its path: that of /proc/PID/cgroup, or the folder's own."""
    folder = Path(name) if Path(name).is_relative_to(CGROUPS) else CGROUPS / name.lstrip("/")
    if not (folder / "cgroup.procs").exists() or not (CGROUPS / "cgroup.controllers").exists():
        raise UsageError(f"no control group '{name}' in the unified hierarchy ({CGROUPS})")
    return folder


def members(group: Path) -> Iterable[int]:
    for folder in (group, *(path for path in group.rglob("*") if path.is_dir())):
        try:
            yield from map(int, (folder / "cgroup.procs").read_text().split())
        except OSError:
            continue  # it was removed, or holds threads


def group_of_container(start: str, processes: Path = PROCESSES) -> str:
    """The control group of the container whose id begins so, as a path in the unified hierarchy. Raises UsageError."""
    if not re.fullmatch(r"[0-9a-f]{4,64}", start):
        raise UsageError(f"'{start}' is no beginning of a container's id: 4 to 64 of the letters 0-9 a-f")
    form = re.compile(rf"^0::(/.*\b{start}[0-9a-f]{{{64 - len(start)}}}[^/\n]*)", re.M)
    found: set[str] = set()
    for entry in processes.iterdir():
        if entry.name.isdigit():
            try:
                found |= set(form.findall((entry / "cgroup").read_text()))
            except OSError:
                continue  # it has ended
    if len(found) != 1:
        raise UsageError(f"{len(found) or 'no'} containers whose id begins with '{start}' run here in a group of the unified hierarchy")
    return found.pop()
