"""One process as /proc tells it: its threads as entries of a process list.

A process chooses what stands in its arguments, environment and names, when it changes them, and when it ends: nothing of it is trusted
beyond its length, and what ends midway is absent. All is read through one descriptor of /proc/PID, which never leads to another process
that got the number since.
"""

import os
import resource
import stat
import time
from dataclasses import dataclass, field

from firmer.events.section import NO_LOGINUID, FdEntry, ThreadEntry
from firmer.live.descriptors import inside, read_descriptors
from firmer.live.files import dev_number, facts, file_system

LONGEST_TEXT = 32768  # bytes of arguments and of environment; a capture takes 4096 of them
LONGEST_FILE = 1 << 20  # bytes of any other file
CLONE_FILES, CLONE_THREAD, CLONE_CHILD_IN_PIDNS = 1 << 0, 1 << 13, 1 << 29
OVERLAY = 0x794C7630
CAP_DAC_OVERRIDE = 1 << 1
DELETED = b" (deleted)"
TICK_NS = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
GONE = (FileNotFoundError, ProcessLookupError)


@dataclass(slots=True)
class Process:
    """What one look at /proc/PID gave. `read_at_ns` is on the boot clock, before the first byte was read."""

    pid: int
    read_at_ns: int
    started_ns: int = 0  # boot clock
    threads: list[ThreadEntry] = field(default_factory=list)
    fds: list[FdEntry] = field(default_factory=list)
    sockets: list[FdEntry] = field(default_factory=list)  # those of `fds` that wait for their addresses
    namespaces: dict[str, int] = field(default_factory=dict)  # inode by kind: net, pid, mnt


@dataclass(slots=True)
class Mounts:
    """One mount namespace: device number by mount id, and the upper directories of overlay mounts."""

    devices: dict[int, int] = field(default_factory=dict)
    overlays: dict[int, tuple[bytes, bytes, bytes]] = field(default_factory=dict)  # root in the file system, mount point, upper directory


class Reader:
    """Reads processes; remembers what many of them share. `notes` counts what could not be read."""

    def __init__(self, notes: dict[str, int]) -> None:
        self.notes = notes
        self.mounts: dict[int, Mounts] = {}
        self.memfd_device = memfd_device()

    def count(self, what: str) -> None:
        self.notes[what] = self.notes.get(what, 0) + 1

    def process(self, pid: int) -> Process | None:
        """The process, its threads and descriptors; None when it is gone."""
        found = Process(pid, time.clock_gettime_ns(time.CLOCK_BOOTTIME))
        try:
            directory = os.open(f"/proc/{pid}", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        except GONE:
            return None
        try:
            self.fill(found, directory)
        except GONE:
            return None
        finally:
            os.close(directory)
        return found

    def fill(self, found: Process, directory: int) -> None:
        leader = thread_entry(found.pid, found.pid, directory, b"")
        found.started_ns = leader_start(directory)
        self.add_program(leader, directory)
        self.add_namespaces(found, directory)
        found.threads.append(leader)
        for tid in sorted(int(name) for name in os.listdir(entered(directory, "task"))):
            if tid == found.pid:
                continue
            try:
                entry = thread_entry(tid, found.pid, directory, b"task/%d/" % tid)
            except GONE:
                continue
            found.threads.append(follow(entry, leader))
        self.add_descriptors(found, leader.root, directory)

    def refused(self, what: str) -> None:
        self.count(f"{what}: not readable")

    def add_program(self, entry: ThreadEntry, directory: int) -> None:
        """Program, arguments, environment, directories, limits: what the threads of a process share."""
        try:
            entry.root = link(directory, "root")
            entry.cwd = inside(link(directory, "cwd"), entry.root)
            entry.env = nul_ended(read(directory, b"environ", LONGEST_TEXT))
        except PermissionError:
            self.refused("directories and environment")
        except GONE:
            pass  # a zombie, or a thread of the kernel
        entry.exe, entry.args = split_arguments(read(directory, b"cmdline", LONGEST_TEXT))
        entry.fdlimit = file_limit(entry.pid, directory)
        entry.loginuid = number(read(directory, b"loginuid", 32), NO_LOGINUID)
        try:
            path = link(directory, "exe")
            self.add_exe(entry, path, directory)
        except PermissionError:
            self.refused("programs")
        except GONE:
            pass

    def add_exe(self, entry: ThreadEntry, path: bytes, directory: int) -> None:
        mode, ino, device, uid, gid, links, ctime_ns, mtime_ns = facts(directory, b"exe")
        entry.exe_ino, entry.exe_ino_ctime, entry.exe_ino_mtime = ino, ctime_ns, mtime_ns
        entry.exe_from_memfd = int(path.startswith(b"/memfd:") and device == self.memfd_device)
        entry.exe_writable = int(writable(entry, mode, uid, gid))
        fd = os.open("exe", os.O_PATH | os.O_CLOEXEC, dir_fd=directory)
        try:
            if entry.exe_writable and os.fstatvfs(fd).f_flag & os.ST_RDONLY:
                entry.exe_writable = 0
            if file_system(fd) == OVERLAY:
                self.add_layer(entry, fd, path, directory)
        finally:
            os.close(fd)
        if path.endswith(DELETED) and (not links or not is_file(directory, path, ino)):
            path = path[: -len(DELETED)]
        entry.exepath = inside(path, entry.root)

    def add_layer(self, entry: ThreadEntry, fd: int, path: bytes, directory: int) -> None:
        """Whether the program stands in the upper, writable layer of a container's file system or in its image."""
        mount = number(read_file(f"/proc/self/fdinfo/{fd}", 512).partition(b"mnt_id:\t")[2].partition(b"\n")[0], -1)
        overlay = self.mounts_of(directory).overlays.get(mount)
        if overlay is None:
            self.count("programs: layer of the overlay unknown")
            return
        top, point, upper = overlay
        below = top.rstrip(b"/") + b"/" + path.removesuffix(DELETED)[len(point) :].lstrip(b"/")
        try:
            changed = stat.S_ISREG(os.lstat(upper + below).st_mode)
        except OSError:
            # deleted, it stands in no layer by name: files of the image leave a mark there when they are deleted
            changed = False
        entry.exe_upper_layer, entry.exe_lower_layer = int(changed), int(not changed)

    def add_namespaces(self, found: Process, directory: int) -> None:
        try:
            for kind in ("net", "pid", "mnt"):
                text = link(directory, f"ns/{kind}")
                found.namespaces[kind] = int(text[text.index(b"[") + 1 : -1])
        except PermissionError:
            self.refused("namespaces")
        except (*GONE, ValueError):
            pass  # a zombie is in none any more

    def mounts_of(self, directory: int) -> Mounts:
        try:
            text = link(directory, "ns/mnt")
            namespace = int(text[text.index(b"[") + 1 : -1])
            if namespace not in self.mounts:
                self.mounts[namespace] = read_mounts(read(directory, b"mountinfo", LONGEST_FILE))
            return self.mounts[namespace]
        except (OSError, ValueError):
            return Mounts()

    def add_descriptors(self, found: Process, root: bytes, directory: int) -> None:
        try:
            found.fds, found.sockets, complete = read_descriptors(directory, root, self.mounts_of(directory).devices, self.memfd_device)
        except PermissionError:
            self.refused("descriptors")
            return
        except GONE:
            return
        if not complete:
            self.count("descriptors: more than are kept of a process")


def thread_entry(tid: int, pid: int, directory: int, below: bytes) -> ThreadEntry:
    """What each thread has for itself; `below` leads from /proc/PID to the thread's own files. Raises OSError when it is gone."""
    name, facts_ = split_stat(read(directory, below + b"stat", 4096))
    told = dict(line.split(b":\t", 1) for line in read(directory, below + b"status", 65536).split(b"\n") if b":\t" in line)
    vtid = last(told.get(b"NSpid"), tid)
    return ThreadEntry(
        tid=tid,
        pid=pid,
        ptid=int(facts_[1]),
        comm=name,
        pgid=int(facts_[2]),
        sid=int(facts_[3]),
        tty=int(facts_[4]) & 0xFFFFFFFF,
        pfminor=int(facts_[7]),
        pfmajor=int(facts_[9]),
        vtid=vtid,
        vpid=last(told.get(b"NStgid"), pid),
        vpgid=last(told.get(b"NSpgid"), int(facts_[2])),
        uid=number(told.get(b"Uid", b"").split(b"\t")[1:2]),
        gid=number(told.get(b"Gid", b"").split(b"\t")[1:2]),
        vmsize_kb=number(told.get(b"VmSize", b"").split()[:1]),
        vmrss_kb=number(told.get(b"VmRSS", b"").split()[:1]),
        vmswap_kb=number(told.get(b"VmSwap", b"").split()[:1]),
        cap_inheritable=int(told.get(b"CapInh", b"0"), 16),
        cap_permitted=int(told.get(b"CapPrm", b"0"), 16),
        cap_effective=int(told.get(b"CapEff", b"0"), 16),
        cgroups=cgroups(read(directory, below + b"cgroup", 65536)),
        flags=(0 if tid == pid else CLONE_THREAD | CLONE_FILES) | (0 if vtid == tid else CLONE_CHILD_IN_PIDNS),
        clone_ts=int(facts_[19]) * TICK_NS,
    )


def follow(entry: ThreadEntry, leader: ThreadEntry) -> ThreadEntry:
    """What a thread has from its process."""
    for name in (
        "exe args env cwd root exepath fdlimit loginuid exe_writable exe_ino exe_ino_ctime exe_ino_mtime exe_from_memfd exe_upper_layer"
        " exe_lower_layer".split()
    ):
        setattr(entry, name, getattr(leader, name))
    return entry


def split_stat(text: bytes) -> tuple[bytes, list[bytes]]:
    """(name, what follows) of a stat file; a name may hold anything, parentheses and line ends too."""
    head, _, tail = text.rpartition(b")")
    return head.partition(b"(")[2], tail.split()


def leader_start(directory: int) -> int:
    return int(split_stat(read(directory, b"stat", 4096))[1][19]) * TICK_NS


def split_arguments(text: bytes) -> tuple[bytes, bytes]:
    """(argv[0], the others, each with its NUL) of a cmdline file."""
    exe, _, args = text.partition(b"\0")
    return exe, nul_ended(args)


def nul_ended(text: bytes) -> bytes:
    return text + b"\0" if text and not text.endswith(b"\0") else text


def cgroups(text: bytes) -> bytes:
    """`subsystem=path`, NUL-ended each, from a cgroup file: one for each subsystem, and `unified` for the one that has none."""
    out = bytearray()
    for line in text.splitlines():
        _, _, rest = line.partition(b":")
        names, _, path = rest.partition(b":")
        if path:
            for name in names.split(b",") if names else (b"unified",):
                out += name + b"=" + path + b"\0"
    return bytes(out)


def writable(entry: ThreadEntry, mode: int, uid: int, gid: int) -> bool:
    """Whether the process may write its own program: by mode bits, group of the process alone, or the capability that needs none."""
    if entry.cap_effective & CAP_DAC_OVERRIDE:
        return True
    if entry.uid == uid:
        return bool(mode & 0o200)
    return bool(mode & (0o020 if entry.gid == gid else 0o002))


def file_limit(pid: int, directory: int) -> int:
    """Most descriptors that the process may have; -1 when unlimited or unknown."""
    try:
        limit: int = resource.prlimit(pid, resource.RLIMIT_NOFILE)[0]
        return limit
    except PermissionError:
        words = read(directory, b"limits", 4096).partition(b"Max open files")[2].split(maxsplit=1)
        return number(words[:1], -1)


def is_file(directory: int, path: bytes, ino: int) -> bool:
    """Whether `path` is the very name of this file, as the process sees it."""
    try:
        return facts(directory, b"root" + path)[1] == ino
    except OSError:
        return False


def read_mounts(text: bytes) -> Mounts:
    """From a mountinfo file."""
    found = Mounts()
    for line in text.splitlines():
        words = line.split(b" ")
        if len(words) < 10 or b"-" not in words[6:]:
            continue
        mount, device, top, point = int(words[0]), words[2], words[3], words[4]
        major, _, minor = device.partition(b":")
        found.devices[mount] = dev_number(int(major), int(minor))
        kind = words.index(b"-", 6) + 1
        if words[kind] == b"overlay":
            upper = [option[9:] for option in words[-1].split(b",") if option.startswith(b"upperdir=")]
            if upper:
                found.overlays[mount] = (plain(top), plain(point), plain(upper[0]))
    return found


def plain(text: bytes) -> bytes:
    """A path of mountinfo without its escapes."""
    return (
        text.replace(b"\\040", b" ").replace(b"\\011", b"\t").replace(b"\\012", b"\n").replace(b"\\134", b"\\") if b"\\" in text else text
    )


def memfd_device() -> int:
    """Device number of memory files: that of one of ours."""
    fd = os.memfd_create("firmer")
    try:
        return facts(fd, b"")[2]
    finally:
        os.close(fd)


# -- single files ------------------------------------------------------------------------------------------------------
def read(directory: int, name: bytes, limit: int) -> bytes:
    """At most `limit` bytes of a file below a descriptor of /proc/PID."""
    fd = os.open(name, os.O_RDONLY | os.O_CLOEXEC, dir_fd=directory)
    try:
        text = os.read(fd, limit)
        if len(text) < 4096:  # a page is the least that a longer file of /proc gives at once
            return text
        parts, size = [text], len(text)
        while text and size < limit:
            text = os.read(fd, limit - size)
            parts.append(text)
            size += len(text)
        return b"".join(parts)
    finally:
        os.close(fd)


def read_file(path: str, limit: int) -> bytes:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(fd, limit)
    finally:
        os.close(fd)


def link(directory: int, name: str) -> bytes:
    return os.fsencode(os.readlink(name, dir_fd=directory))


def entered(directory: int, name: str) -> str:
    return f"/proc/self/fd/{directory}/{name}"


def number(text: bytes | list[bytes] | None, otherwise: int = 0) -> int:
    """The number that a text, or the first of some, begins with nothing before it."""
    word = text[0] if isinstance(text, list) and text else b"" if isinstance(text, list) or text is None else text
    try:
        return int(word)
    except ValueError:
        return otherwise


def last(numbers: bytes | None, otherwise: int) -> int:
    """The innermost of the ids that a process has in its nested namespaces."""
    words = (numbers or b"").split()
    return int(words[-1]) if words else otherwise

