"""The program file of a process: its path, inode, times, and what makes it suspect.

Many processes run one program, so what does not depend on the process is found once.
"""

import os
import stat
from dataclasses import dataclass

from firmer.events.section import ThreadEntry
from firmer.live.descriptors import inside
from firmer.live.files import facts, file_system, link_below, read_below
from firmer.live.mounts import Mounts

OVERLAY = 0x794C7630
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

    def __init__(self, memfd_device: int, notes: dict[str, int]) -> None:
        self.memfd_device = memfd_device
        self.notes = notes
        self.known: dict[tuple[int | bytes, ...], Program] = {}

    def add(self, entry: ThreadEntry, directory: int, namespace: int, mounts: Mounts) -> None:
        """`directory` is a descriptor of /proc/PID, `mounts` those of its mount namespace. Raises OSError."""
        path = link_below(directory, b"exe")
        mode, ino, device, uid, gid, links, ctime_ns, mtime_ns = facts(directory, b"exe")
        key = (namespace, path, ino, device, ctime_ns, links)
        program = self.known.get(key)
        if program is None:
            program = self.look(path, directory, ino, device, links, mounts)
            if len(self.known) < MOST:
                self.known[key] = program
        entry.exepath = inside(program.path, entry.root)
        entry.exe_ino, entry.exe_ino_ctime, entry.exe_ino_mtime = ino, ctime_ns, mtime_ns
        entry.exe_from_memfd = int(program.memfd)
        entry.exe_writable = int(writable(entry, mode, uid, gid) and not program.read_only)
        entry.exe_upper_layer, entry.exe_lower_layer = int(program.upper), int(program.lower)

    def look(self, path: bytes, directory: int, ino: int, device: int, links: int, mounts: Mounts) -> Program:
        fd = os.open("exe", os.O_PATH | os.O_CLOEXEC, dir_fd=directory)
        try:
            read_only = bool(os.fstatvfs(fd).f_flag & os.ST_RDONLY)
            upper = lower = False
            if file_system(fd) == OVERLAY:
                upper, lower = self.layers(fd, path, links, mounts)
        finally:
            os.close(fd)
        memfd = path.startswith(b"/memfd:") and device == self.memfd_device
        if path.endswith(DELETED) and (not links or not is_file(directory, path, ino)):
            path = path[: -len(DELETED)]
        return Program(path, memfd, read_only, upper, lower)

    def layers(self, fd: int, path: bytes, links: int, mounts: Mounts) -> tuple[bool, bool]:
        """Whether the program stands in the writable upper layer of a container's file system, or in its image below."""
        overlay = mounts.overlays.get(mount_id(fd))
        if overlay is None:
            self.notes["programs: layer of the overlay unknown"] = self.notes.get("programs: layer of the overlay unknown", 0) + 1
            return False, False
        top, point, above = overlay
        below = top.rstrip(b"/") + b"/" + path.removesuffix(DELETED)[len(point) :].lstrip(b"/")
        try:
            upper = stat.S_ISREG(os.lstat(above + below).st_mode)
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


def mount_id(fd: int) -> int:
    text = read_below(fd, b"/proc/self/fdinfo/%d" % fd, 512)
    return int(text.partition(b"mnt_id:\t")[2].partition(b"\n")[0] or -1)


def memfd_device() -> int:
    """Device number of memory files: that of one of ours."""
    fd = os.memfd_create("firmer")
    try:
        return facts(fd, b"")[2]
    finally:
        os.close(fd)
