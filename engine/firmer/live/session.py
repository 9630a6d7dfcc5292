"""A live source, from what is asked of it: the probe on, the right calls reported, the host scanned.

Whom it watches is decided in the kernel, by the first lines of each program: of others nothing ever leaves it.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from firmer.errors import UsageError
from firmer.live.probe import Options, Probe
from firmer.live.scan import scan
from firmer.live.source import LiveSource
from firmer.live.wanted import want

CGROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Watch:
    """Whom to watch: everybody, or one process and all that it starts, or what runs in one control group (unified hierarchy) and below."""

    pid: int = 0
    cgroup: str = ""


def listen(wanted: bytes | None, watch: Watch, options: Options | None = None) -> LiveSource:
    """Raises ProbeError when the probe cannot be loaded, UsageError when there is nobody to watch.

    wanted  one byte an event key, as consumers say it; None: every event
    """
    group = group_folder(watch.cgroup) if watch.cgroup else None
    if watch.pid and not Path(f"/proc/{watch.pid}").exists():
        raise UsageError(f"no process {watch.pid}")
    probe = Probe.start(options)
    try:
        want(probe, wanted)
        if watch.pid:
            watch_tree(probe, watch.pid)
            pids: Callable[[], Iterable[int]] | None = lambda: tree(watch.pid)
        elif group is not None:
            probe.watch_cgroup(group.stat().st_ino, len(group.relative_to(CGROUPS).parts))
            pids = lambda: members(group)
        else:
            probe.watch_all()
            pids = None
        return LiveSource(probe, lambda epoch: scan(pids, epoch))
    except BaseException:
        probe.close()
        raise


def watch_tree(probe: Probe, pid: int) -> None:
    """The process and those that it has started. A child that comes meanwhile is watched as soon as its parent is."""
    watched: set[int] = set()
    while new := [each for each in tree(pid) if each not in watched]:
        for each in new:
            probe.watch(each)
        watched.update(new)


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
