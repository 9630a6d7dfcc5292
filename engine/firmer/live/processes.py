"""One process as /proc tells it: its threads as entries of a process list.

A process chooses what stands in its arguments, environment and names, when it changes them, and when it ends: nothing of it is trusted
beyond its length, and what ends midway is absent. All is read through one descriptor of /proc/PID, which never leads to another process
that got the number since.
"""

import errno
import os
import resource
import time
from dataclasses import dataclass, field

from firmer.events.section import NO_LOGINUID, FdEntry, ThreadEntry
from firmer.live.descriptors import DescriptorReader, inside
from firmer.live.files import link_below, read_below
from firmer.live.mounts import MountTables
from firmer.live.programs import Programs, memfd_device

LONGEST_TEXT = 32768  # bytes of arguments and of environment; a capture takes 4096 of them
CLONE_FILES, CLONE_THREAD, CLONE_CHILD_IN_PIDNS = 1 << 0, 1 << 13, 1 << 29
NAMED = (2, 7, 16)  # directories, pipes, files
TICK_NS = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
SUBSYSTEMS = (b"cpuset", b"cpu", b"cpuacct", b"io", b"memory")  # order of the probe's task.h
SHARED = (
    "exe args env cwd root exepath fdlimit loginuid exe_writable exe_ino exe_ino_ctime exe_ino_mtime exe_from_memfd exe_upper_layer"
    " exe_lower_layer"
).split()
GONE = (FileNotFoundError, ProcessLookupError)


@dataclass(slots=True)
class Process:
    """What one look at /proc/PID gave. `read_at_ns` is on the boot clock, before the first byte was read; `read_by_ns` after the last."""

    pid: int
    read_at_ns: int
    read_by_ns: int = 0
    started_ns: int = 0  # boot clock
    threads: list[ThreadEntry] = field(default_factory=list)
    fds: list[FdEntry] = field(default_factory=list)
    sockets: list[FdEntry] = field(default_factory=list)  # those of `fds` that wait for their addresses
    namespaces: dict[str, int] = field(default_factory=dict)  # inode by kind: net, pid, mnt


class Reader:
    """Reads processes; remembers what many of them share. `notes` counts what could not be read."""

    def __init__(self, notes: dict[str, int]) -> None:
        self.notes = notes
        self.mounts = MountTables()
        memory = memfd_device()
        self.programs = Programs(memory, self.mounts, self.path, notes)
        self.descriptors = DescriptorReader(memory)

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
        found.read_by_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        return found

    def fill(self, found: Process, directory: int) -> None:
        leader = thread_entry(found.pid, found.pid, directory, b"")
        found.started_ns = leader.clone_ts
        found.threads.append(leader)
        others = [int(name) for name in os.listdir(f"/proc/self/fd/{directory}/task") if int(name) != found.pid]
        if others and not exists(directory, b"exe"):
            # the leader is a zombie, and what it shared belongs to the others
            through = os.open(f"task/{others[0]}", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=directory)
            try:
                self.add_shared(found, leader, through)
            finally:
                os.close(through)
        else:
            self.add_shared(found, leader, directory)
        for tid in sorted(others):
            try:
                found.threads.append(follow(thread_entry(tid, found.pid, directory, b"task/%d/" % tid), leader))
            except GONE:
                continue

    def add_shared(self, found: Process, leader: ThreadEntry, directory: int) -> None:
        """What the threads of a process share. `directory` is that of any living one."""
        for what, add in (
            ("namespaces", self.add_namespaces),
            ("directories and environment", self.add_directories),
            ("programs", self.add_program),
            ("descriptors", self.add_descriptors),
        ):
            try:
                add(found, leader, directory)
            except PermissionError:
                self.count(f"{what}: not readable")
            except GONE:
                pass  # a zombie, or a thread of the kernel

    def add_namespaces(self, found: Process, leader: ThreadEntry, directory: int) -> None:
        for kind in ("net", "pid", "mnt"):
            text = link_below(directory, b"ns/%s" % kind.encode())
            number = text.partition(b"[")[2][:-1]
            if not number:  # 5.10 refuses so
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            found.namespaces[kind] = int(number)
        self.mounts.read(found.namespaces["mnt"], directory)

    def add_directories(self, found: Process, leader: ThreadEntry, directory: int) -> None:
        leader.exe, leader.args = split_arguments(read_below(directory, b"cmdline", LONGEST_TEXT))
        leader.fdlimit = file_limit(leader.pid, directory)
        leader.loginuid = number(read_below(directory, b"loginuid", 32), NO_LOGINUID)
        leader.root = self.path(directory, b"root")
        leader.cwd = inside(self.path(directory, b"cwd"), leader.root)
        leader.env = nul_ended(read_below(directory, b"environ", LONGEST_TEXT))

    def path(self, directory: int, name: bytes) -> bytes:
        """Where a link leads; empty when the kernel finds that too long to tell."""
        try:
            return link_below(directory, name)
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            self.count("paths: too long to tell")
            return b""

    def add_program(self, found: Process, leader: ThreadEntry, directory: int) -> None:
        self.programs.add(leader, directory, found.namespaces.get("mnt", 0))

    def add_descriptors(self, found: Process, leader: ThreadEntry, directory: int) -> None:
        found.fds, found.sockets, complete = self.descriptors.read(directory, leader.root, self.mounts.devices)
        for entry in found.fds:
            if not entry.name and entry.type in NAMED:
                self.count("paths: too long to tell")
        if not complete:
            self.count("descriptors: more than are kept of a process")


def thread_entry(tid: int, pid: int, directory: int, below: bytes) -> ThreadEntry:
    """What each thread has for itself; `below` leads from /proc/PID to the thread's own files. Raises OSError when it is gone.

    `clone_ts` is on the boot clock here.
    """
    name, numbers = split_stat(read_below(directory, below + b"stat", 4096))
    status = read_below(directory, below + b"status", 16384)
    vtid = last(told(status, b"\nNSpid:"), tid)
    return ThreadEntry(
        tid=tid,
        pid=pid,
        ptid=int(numbers[1]),
        comm=name,
        pgid=int(numbers[2]),
        sid=int(numbers[3]),
        tty=int(numbers[4]) & 0xFFFFFFFF,
        pfminor=int(numbers[7]),
        pfmajor=int(numbers[9]),
        clone_ts=int(numbers[19]) * TICK_NS,
        vtid=vtid,
        vpid=last(told(status, b"\nNStgid:"), pid),
        vpgid=last(told(status, b"\nNSpgid:"), int(numbers[2])),
        uid=effective(told(status, b"\nUid:")),
        gid=effective(told(status, b"\nGid:")),
        vmsize_kb=kilobytes(told(status, b"\nVmSize:")),
        vmrss_kb=kilobytes(told(status, b"\nVmRSS:")),
        vmswap_kb=kilobytes(told(status, b"\nVmSwap:")),
        cap_inheritable=int(told(status, b"\nCapInh:") or b"0", 16),
        cap_permitted=int(told(status, b"\nCapPrm:") or b"0", 16),
        cap_effective=int(told(status, b"\nCapEff:") or b"0", 16),
        cgroups=cgroups(read_below(directory, below + b"cgroup", 16384)),
        flags=(0 if tid == pid else CLONE_THREAD | CLONE_FILES) | (0 if vtid == tid else CLONE_CHILD_IN_PIDNS),
    )


def told(status: bytes, name: bytes) -> bytes:
    """What follows the name of a line of a status file; a process's own name cannot hold the line end before it."""
    at = status.find(name)
    return status[at + len(name) : status.find(b"\n", at + 1)].strip() if at >= 0 else b""


def effective(ids: bytes) -> int:
    """The second of real, effective, saved and file system's id."""
    words = ids.split()
    return int(words[1]) if len(words) > 1 else 0


def kilobytes(size: bytes) -> int:
    return int(size.split()[0]) if size else 0


def last(numbers: bytes, otherwise: int) -> int:
    """The innermost of the ids that a process has in its nested namespaces."""
    words = numbers.split()
    return int(words[-1]) if words else otherwise


def follow(entry: ThreadEntry, leader: ThreadEntry) -> ThreadEntry:
    """What a thread has from its process."""
    for name in SHARED:
        setattr(entry, name, getattr(leader, name))
    return entry


def split_stat(text: bytes) -> tuple[bytes, list[bytes]]:
    """(name, what follows) of a stat file; a name may hold anything, parentheses and line ends too."""
    head, _, tail = text.rpartition(b")")
    return head.partition(b"(")[2], tail.split()


def split_arguments(text: bytes) -> tuple[bytes, bytes]:
    """(argv[0], the others, each with its NUL) of a cmdline file."""
    exe, _, args = text.partition(b"\0")
    return exe, nul_ended(args)


def nul_ended(text: bytes) -> bytes:
    return text + b"\0" if text and not text.endswith(b"\0") else text


def cgroups(text: bytes) -> bytes:
    """`subsystem=path`, NUL-ended each, from a cgroup file.

    First the subsystems that the probe names, as it does, so that a process has the same text from either; then any others.
    """
    paths: dict[bytes, bytes] = {}
    unified = b""
    for line in text.split(b"\n"):
        _, _, rest = line.partition(b":")
        names, _, path = rest.partition(b":")
        if path and names:
            paths.update((b"io" if name == b"blkio" else name, path) for name in names.split(b","))
        elif path:
            unified = path
    named = [(name, paths.pop(name, b"")) for name in SUBSYSTEMS]
    found = [(name, path or unified) for name, path in named if path or unified]
    if unified and all(path for _, path in named):
        found.append((b"unified", unified))
    return b"".join(b"%s=%s\0" % pair for pair in (*found, *paths.items()))


def file_limit(pid: int, directory: int) -> int:
    """Most descriptors that the process may have; -1 when unlimited or unknown."""
    try:
        limit: int = resource.prlimit(pid, resource.RLIMIT_NOFILE)[0]
        return limit
    except PermissionError:
        words = read_below(directory, b"limits", 4096).partition(b"Max open files")[2].split(maxsplit=1)
        return number(words[0] if words else b"", -1)


def exists(directory: int, name: bytes) -> bool:
    try:
        return bool(link_below(directory, name))
    except PermissionError:
        return True
    except GONE:
        return False


def number(text: bytes, otherwise: int) -> int:
    try:
        return int(text)
    except ValueError:
        return otherwise
