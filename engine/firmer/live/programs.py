"""The program file of a process: its path, inode, times, and what makes it suspect.

Many processes run one program, so what does not depend on the process is found once.
"""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass

from firmer.events.section import ThreadEntry
from firmer.live.descriptors import inside
from firmer.live.files import facts
from firmer.live.mounts import Mount, MountTables, mount_id

CAP_DAC_OVERRIDE = 1 << 1
DELETED = b" (deleted)"
MOST = 16384  # programs that are remembered


@dataclass(frozen=True, slots=True)
class Program:
    """What all processes that run a file from one place have in common."""

    path: bytes
    memfd: bool
    read_only: bool  # the mount
    upper: bool
    lower: bool


class Programs:
    """Fills in what entries tell of their program."""

    def __init__(self, memfd_device: int, mounts: MountTables, path: Callable[[int, bytes], bytes], notes: dict[str, int]) -> None:
        """`path` follows a link of /proc/PID."""
        self.memfd_device = memfd_device
        self.mounts = mounts
        self.path = path
        self.notes = notes
        self.known: dict[tuple[int | bytes, ...], Program] = {}

    def add(self, entry: ThreadEntry, directory: int, namespace: int) -> None:
        """`directory` is a descriptor of /proc/PID, `namespace` that of its mounts. Raises OSError."""
        path = self.path(directory, b"exe")
        mode, ino, device, uid, gid, links, ctime_ns, mtime_ns = facts(directory, b"exe")
        key = (namespace, path, ino, device, ctime_ns, links)
        program = self.known.get(key)
        if program is None:
            program = self.look(path, directory, ino, device, links)
            if len(self.known) < MOST:
                self.known[key] = program
        entry.exepath = inside(program.path, entry.root)
        entry.exe_ino, entry.exe_ino_ctime, entry.exe_ino_mtime = ino, ctime_ns, mtime_ns
        entry.exe_from_memfd = int(program.memfd)
        entry.exe_writable = int(writable(entry, mode, uid, gid) and not program.read_only)
        entry.exe_upper_layer, entry.exe_lower_layer = int(program.upper), int(program.lower)

    def look(self, path: bytes, directory: int, ino: int, device: int, links: int) -> Program:
        memfd = path.startswith(b"/memfd:") and device == self.memfd_device
        fd = os.open("exe", os.O_PATH | os.O_CLOEXEC, dir_fd=directory)
        try:
            mount = self.mounts.mounts.get(mount_id(fd))
        finally:
            os.close(fd)
        upper = lower = False
        if mount is None and not memfd:
            self.notes["programs: of an unknown mount"] = self.notes.get("programs: of an unknown mount", 0) + 1
        elif mount is not None and mount.upper:
            upper, lower = layers(mount, path, links)
        if path.endswith(DELETED) and (not links or not is_file(directory, path, ino)):
            path = path[: -len(DELETED)]
        return Program(path, memfd, mount is not None and mount.read_only, upper, lower)


def layers(mount: Mount, path: bytes, links: int) -> tuple[bool, bool]:
    """Whether the program stands in the writable upper layer of a container's file system, or in its image below."""
    below = mount.root.rstrip(b"/") + b"/" + path.removesuffix(DELETED)[len(mount.point) :].lstrip(b"/")
    try:
        upper = stat.S_ISREG(os.lstat(mount.upper + below).st_mode)
    except OSError:
        # deleted from the image, it would have left a mark in the upper layer
        upper = links == 0
    return upper, not upper


def is_file(directory: int, path: bytes, ino: int) -> bool:
    """Whether `path` is the very name of this file, as the process sees it."""
    try:
        return facts(directory, b"root" + path)[1] == ino
    except OSError:
        return False


def writable(entry: ThreadEntry, mode: int, uid: int, gid: int) -> bool:
    """Whether the process may write its own program: by mode bits, group of the process alone, or the capability that needs none."""
    if entry.cap_effective & CAP_DAC_OVERRIDE:
        return True
    if entry.uid == uid:
        return bool(mode & 0o200)
    return bool(mode & (0o020 if entry.gid == gid else 0o002))


def memfd_device() -> int:
    """Device number of memory files: that of one of ours."""
    fd = os.memfd_create("firmer")
    try:
        return facts(fd, b"")[2]
    finally:
        os.close(fd)
