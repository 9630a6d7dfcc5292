"""The probe from user space: started by a loader that ends, then steered through the descriptors that it left.

    probe = Probe.start(Options())
    probe.watch(tgid); probe.want({257, 3})       # or probe.watch_all(), probe.watch_cgroup(id, level)
    … read probe.rings …
    probe.close()

Needs CAP_BPF and CAP_PERFMON until `start` returns, nothing afterwards (before kernel 5.19: CAP_BPF for `want` and `watch`).
"""

import array
import ctypes as ct
import errno
import json
import mmap
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firmer.errors import FirmerError
from firmer.live import bpf
from firmer.live.syscalls import Syscalls

HERE = Path(__file__).resolve().parent
SOURCE_TREE = HERE.parents[2]
PLACES = (SOURCE_TREE / "probe", Path(sys.prefix) / "share" / "firmer" / "probe")  # beside the source, or as installed
PYTHON = "/usr/bin/python3"  # the system's: BCC is not in any other
NOTHING, EVERYTHING, TREE, CGROUP = range(4)  # conf.mode: WATCH_… of scap.h
STAT_TYPES = 512
OPERATIONS = 64  # of io_uring
STAT = 4  # u64 words: produced, dropped, too big, unread parameters
LANES = ("events", "life")
LOCKDOWN = "/sys/kernel/security/lockdown"
NUMBERED = ("calls", "calls32")  # program arrays by a call's number
TIME_LIMIT = 120  # seconds that loading may take
END_LIMIT = 10  # … and ending, after its last word


class ProbeError(FirmerError):
    """The probe cannot be loaded; the text says why and what to do."""


class Conf(ct.Structure):
    """Lies in a map that both sides see: struct conf_t of scap.h."""

    _fields_ = (
        ("boot_ns", ct.c_uint64),
        ("sleeping", 2 * ct.c_uint32),
        *((name, ct.c_uint32) for name in ("snaplen", "own_tgid", "mode", "cgroup_level")),
        *((name, ct.c_uint64) for name in ("cgroup", "unwatched")),
        *((name, ct.c_uint32) for name in ("keeper_tgid", "silent")),
        ("unfollowed", ct.c_uint64),
        *((name, ct.c_uint32) for name in ("mounts", "overrun")),
        ("wanted", 16 * ct.c_uint64),
    )


@dataclass(frozen=True, slots=True)
class Options:
    """Sizes are bytes, powers of two; `watched`: thread groups that one tree may have at a time."""

    events: int = 8 << 20
    life: int = 4 << 20
    watched: int = 16384
    snaplen: int = 80
    enters: bool = False  # whether calls tell their beginnings, too
    page_faults: bool = False  # whether they are told to who wants all events
    own: bool = False  # whether this process's own calls are seen
    keep: bool = True  # whether the compiled probe is kept for the next start


@dataclass(frozen=True, slots=True)
class Ring:
    """A BPF ring buffer: page 0 the consumer's position, page 1 the producer's, then the data twice in a row."""

    fd: int
    size: int
    lane: str


@dataclass(frozen=True, slots=True)
class Count:
    """What became of the events of one type on one CPU: produced = read + dropped + big."""

    cpu: int
    type: int
    produced: int
    dropped: int  # the ring was full
    big: int  # more than 64 KB
    unread: int  # parameters whose memory was not there


def probe_folder() -> Path:
    for place in PLACES:
        if (place / "scap.h").exists():
            return place
    raise ProbeError(f"the probe's sources are not where they were installed: {PLACES[-1]}")


def boot_time() -> int:
    """Nanoseconds of the epoch at which the boot clock was 0: the smallest of some readings is the least disturbed one."""
    return min(time.time_ns() - time.clock_gettime_ns(time.CLOCK_BOOTTIME) for _ in range(20))


def host_mounts() -> int:
    """Number of the host's mount namespace: the first process's, or where that may not be seen our own."""
    for process in ("1", "self"):
        try:
            return os.stat(f"/proc/{process}/ns/mnt").st_ino
        except OSError:
            continue
    return 0


class Probe:
    """A loaded, attached probe. Nothing is watched and no call is wanted at the start."""

    def __init__(self, descriptors: dict[str, int], figures: dict[str, Any], options: Options) -> None:
        self.descriptors = descriptors
        self.figures = figures
        self.most_watched = options.watched
        self.rings = [Ring(descriptors[f"map:{lane}"], getattr(options, lane), lane) for lane in LANES]
        self.conf = mmap.mmap(descriptors["map:conf"], mmap.PAGESIZE)
        self._last = b""  # what counts there are, once it is closed
        self.cpus: int = figures["cpus"]
        size = self.cpus * STAT_TYPES * STAT * 8
        self.stats = mmap.mmap(descriptors["map:stats"], -(-size // mmap.PAGESIZE) * mmap.PAGESIZE, prot=mmap.PROT_READ)
        self._filled: dict[tuple[str, int], int] = {}
        self.enters = options.enters  # whether calls may tell their beginnings
        self.page_faults = options.page_faults
        self.absent: set[str] = set()  # tracepoints that were wanted and are not in this kernel
        self.syscalls = Syscalls(probe_folder() / "syscalls.json", self._named("call:"))
        self._write_codes()
        self._set("snaplen", options.snaplen)
        self._set("own_tgid", 0 if options.own else os.getpid())
        self._set("mounts", host_mounts())
        self.set_clock()

    @classmethod
    def start(cls, options: Options | None = None) -> "Probe":
        """Runs the loader and takes over what it made. Raises ProbeError with the loader's own words."""
        options = options or Options()
        descriptors, figures = _load(options)
        return cls(descriptors, figures, options)

    # -- what is watched -----------------------------------------------------------------------------------------------
    def watch(self, tgid: int) -> None:
        """Reports this process and all that it will start; other processes never."""
        bpf.update(self.descriptors["map:watch"], struct.pack("=I", tgid), b"\1")
        self._set("mode", TREE)

    def unwatch(self, tgid: int) -> None:
        bpf.delete(self.descriptors["map:watch"], struct.pack("=I", tgid))

    def watched(self) -> set[int]:
        """Thread groups that are watched, but for some that came or went meanwhile; none where the list may not be read any more."""
        try:
            found = bpf.keys(self.descriptors["map:watch"], 4, 2 * self.most_watched)
        except OSError:
            return set()
        return {int.from_bytes(key, sys.byteorder) for key in found}

    def watch_all(self) -> None:
        self._set("mode", EVERYTHING)

    def watch_cgroup(self, number: int, level: int) -> None:
        """Reports what runs in one group of the unified hierarchy and below it; `level`: how deep it lies, 0 is the root."""
        self._set("cgroup", number)
        self._set("cgroup_level", level)
        self._set("mode", CGROUP)

    def exclude(self, tgid: int) -> None:
        """Never reports this process, which works for ours. There is one such at a time."""
        self._set("keeper_tgid", tgid)

    def watch_nothing(self) -> None:
        self._set("mode", NOTHING)

    @property
    def unwatched(self) -> int:
        """Children of the tree that found no room in the list."""
        return self._get("unwatched")

    @property
    def unfollowed(self) -> int:
        """Operations of io_uring with a silent success whose outcome was not seen: too many at a time, or the process ended."""
        return self._get("unfollowed")

    @property
    def silent(self) -> int:
        """Such operations that are under way."""
        return self._get("silent")

    # -- which calls ---------------------------------------------------------------------------------------------------
    def want(self, numbers: Collection[int], enters: Mapping[int, int] | None = None) -> None:
        """Exactly these system calls, by native number, are reported from now on, in every ABI and through io_uring.

        New slots are filled before old ones are emptied: no event of a call that stays is lost.

        enters  what tells its beginning, too, as wanted.beginnings has it; without effect where it was not asked for at the start
        """
        wanted = {(table, slot): self.descriptors[f"call:{program}"] for table, slot, program in self.syscalls.slots(numbers)}
        for key, program in wanted.items():
            if self._filled.get(key) != program:
                bpf.update(self.descriptors[f"map:{key[0]}"], struct.pack("=I", key[1]), struct.pack("=I", program))
        bits = 0
        for table, slot in wanted:
            bits |= (table in NUMBERED) << slot
        self._set("wanted", bits)
        for table, slot in self._filled.keys() - wanted.keys():
            bpf.delete(self.descriptors[f"map:{table}"], struct.pack("=I", slot))
        self._filled = wanted
        if "map:io_calls" in self.descriptors:
            kept = self.syscalls.operations(numbers)
            numbered = array.array("Q", (kept[k] + 1 if k in kept else 0 for k in range(OPERATIONS)))
            with mmap.mmap(self.descriptors["map:io_calls"], mmap.PAGESIZE) as area:
                area[: 8 * OPERATIONS] = numbered.tobytes()
        if self.enters:
            self._write("enters", enters or {})

    def want_tracepoints(self, names: Collection[str]) -> None:
        """Exactly these tracepoints, of those that are attached on demand, are on from now on. What this kernel lacks is in `absent`."""
        for name in set(names) - self.tracepoints():
            try:
                self.descriptors[f"link:{name}"] = bpf.attach(name, self.descriptors[f"later:{name}"])
            except OSError as error:
                if error.errno != errno.ENOENT:
                    raise
                self.absent.add(name)
        for name in self.tracepoints() - set(names):
            os.close(self.descriptors.pop(f"link:{name}"))

    def tracepoints(self) -> set[str]:
        """Those that are on now, of those that are attached on demand."""
        return {name for name in self._named("later:") if f"link:{name}" in self.descriptors}

    def _named(self, kind: str) -> set[str]:
        return {name[len(kind) :] for name in self.descriptors if name.startswith(kind)}

    def want_names(self, names: Iterable[str]) -> None:
        self.want({self.syscalls.numbers[name] for name in names})

    # -- clock, accounting ---------------------------------------------------------------------------------------------
    def set_clock(self) -> None:
        """Tells the kernel side the epoch of the boot clock; again every few seconds, as the wall clock is corrected."""
        self._set("boot_ns", boot_time())

    def counters(self) -> list[Count]:
        """Of all CPUs and event types that have any, since the start."""
        words = memoryview(self.stats).cast("Q")
        out = []
        for k in range(self.cpus * STAT_TYPES):
            row = words[STAT * k : STAT * (k + 1)]
            if any(row):
                out.append(Count(k // STAT_TYPES, k % STAT_TYPES, *row))
        words.release()
        return out

    def missed(self) -> int:
        """Runs skipped as a program was active on that CPU already: by the kernel (from 5.12 on), and by programs that share a scratch."""
        total = self._get("overrun")
        for name, number in self.descriptors.items():
            if name.startswith(("attached:", "later:")):
                found = re.search(r"recursion_misses:\s+(\d+)", Path(f"/proc/self/fdinfo/{number}").read_text())
                total += int(found[1]) if found else 0
        return total

    def close(self) -> None:
        """Detaches: the links are descriptors. Once more does nothing."""
        if self.conf.closed:
            return
        self._last = self.conf[: ct.sizeof(Conf)]
        self.conf.close()
        self.stats.close()
        for number in self.descriptors.values():
            os.close(number)
        self.descriptors = {}

    def __enter__(self) -> "Probe":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- the kernel's side ---------------------------------------------------------------------------------------------
    def _get(self, name: str) -> int:
        place = getattr(Conf, name)
        return int.from_bytes((self._last or self.conf)[place.offset : place.offset + place.size], sys.byteorder)

    def _set(self, name: str, value: int) -> None:
        place = getattr(Conf, name)
        self.conf[place.offset : place.offset + place.size] = value.to_bytes(place.size, sys.byteorder)

    def _write_codes(self) -> None:
        """What generic events call a system call: the capture's own codes."""
        calls = self.figures["calls"]
        tables = ((0, self.syscalls.native), (calls, self.syscalls.ia32))
        self._write("codes", {base + row["nr"]: row["code"] for base, table in tables for row in table})

    def _write(self, name: str, numbers: Mapping[int, int]) -> None:
        """A map of a word for each native and then each 32-bit call; 0 where nothing is given."""
        words = array.array("Q", bytes(8 * 2 * self.figures["calls"]))
        for place, number in numbers.items():
            words[place] = number
        size = -(-len(words) * 8 // mmap.PAGESIZE) * mmap.PAGESIZE
        with mmap.mmap(self.descriptors[f"map:{name}"], size) as area:
            area[: len(words) * 8] = words.tobytes()


def default_cache() -> Path | None:
    """Where the compiled probe is kept between starts: the service manager's folder, root's, the user's; None: nowhere."""
    if folder := os.environ.get("CACHE_DIRECTORY", "").partition(":")[0]:
        return Path(folder)
    if os.geteuid() == 0:
        return Path("/var/cache/firmer")
    folder = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.environ["HOME"], ".cache") if "HOME" in os.environ else ""
    return Path(folder, "firmer") if os.path.isabs(folder) else None


def _load(options: Options) -> tuple[dict[str, int], dict[str, Any]]:
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    cache = default_cache() if options.keep else None
    wanted = {
        "socket": its.fileno(),
        "probe": str(probe_folder()),
        "events": options.events,
        "life": options.life,
        "watched": options.watched,
        "enters": options.enters,
        "cache": str(cache) if cache else None,
    }
    with ours, tempfile.TemporaryFile() as words:
        with its:
            try:
                loader = subprocess.Popen(
                    [PYTHON, "-I", str(HERE / "loader.py"), json.dumps(wanted)],
                    pass_fds=[its.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=words,
                    stderr=words,
                )
            except OSError as error:
                raise ProbeError(f"{PYTHON}: {error.strerror}; the loader runs in the system's Python, which has BCC") from None
        ours.settimeout(TIME_LIMIT)
        descriptors, last = _receive(ours)
        try:
            status = loader.wait(END_LIMIT)
        except subprocess.TimeoutExpired:
            loader.kill()
            status = loader.wait()
        words.seek(0)
        said = words.read().decode(errors="replace")
    if last and "ready" in last:
        return descriptors, last["ready"]
    for number in descriptors.values():
        os.close(number)
    raise ProbeError(explain(last, status, said))


def _receive(link: socket.socket) -> tuple[dict[str, int], dict[str, Any] | None]:
    """Descriptors by name and the last message, None: the loader ended or hung without one."""
    descriptors: dict[str, int] = {}
    while True:
        try:
            message, numbers, _, _ = socket.recv_fds(link, 1 << 20, 253)
        except OSError:
            return descriptors, None
        if not message:
            return descriptors, None
        told = json.loads(message)
        if "names" not in told:
            return descriptors, told
        descriptors.update(zip(told["names"], numbers, strict=True))


def explain(told: dict[str, Any] | None, status: int, said: str) -> str:
    """One text for the user: what went wrong, what to do."""
    lockdown = Path(LOCKDOWN)
    if lockdown.exists() and "[confidentiality]" in lockdown.read_text():
        return "the probe cannot be loaded: the kernel is locked down (confidentiality); boot with lockdown=integrity or none"
    if told and "error" in told:
        return f"the probe cannot be loaded: {told['error']}; {told['next']}"
    lines = [line for line in said.splitlines() if line.strip()]
    last = [line for line in lines if ": error: " in line][:12] or lines[-12:]  # the compiler's words tell more than where they were met
    if "ermission" in said or "not permitted" in said or "EPERM" in said:
        return "the probe cannot be loaded: permission denied; run as root or with CAP_BPF and CAP_PERFMON"
    how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
    return "\n".join([f"the probe cannot be loaded: the loader {how}; it said:", *(f"  {line}" for line in last)])
