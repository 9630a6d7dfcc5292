"""What this host has and lacks for watching it live, each with the mend.

Cheap looks come first; the last checks load the probe and send an event all the way through it.
"""

import os
import re
import resource
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from firmer.errors import FirmerError
from firmer.live import privileges
from firmer.live.engines import SOCKETS
from firmer.live.probe import PYTHON, Options, Probe, ProbeError, probe_folder
from firmer.live.selftest import self_test
from firmer.live.wanted import calls_for, numbers_of_types

OK, WARN, FAIL = "ok", "warn", "fail"
MACHINES = ("x86_64", "aarch64")
TESTED = ("x86_64",)
FIRST = (5, 8)  # ring buffers
NO_MEMLOCK = (5, 11)  # from here on maps are counted as memory of the control group
HOST_PIDS = 0xEFFFFFFC  # inode of the first pid namespace
LONGEST = 2000  # characters of somebody else's words
BCC_TIME_S = 30
BCC = "import bcc; print(getattr(bcc, '__version__', '?'))"


@dataclass(frozen=True, slots=True)
class Check:
    """One line: `status` is ok, warn or fail; with fail nothing can be watched."""

    name: str
    status: str
    text: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Host:
    """Where to look. Tests look elsewhere."""

    root: str = "/"

    def text(self, path: str) -> str | None:
        try:
            return Path(self.root, path).read_text(errors="replace")[:LONGEST]
        except OSError:
            return None

    def exists(self, path: str) -> bool:
        return Path(self.root, path).exists()


# -- looks -------------------------------------------------------------------------------------------------------------
def kernel(host: Host) -> Check:
    about = os.uname()
    text = f"{about.release}, {about.machine}"
    if about.machine not in MACHINES:
        return Check("kernel", FAIL, text, f"the probe is made for {' and '.join(MACHINES)}")
    if version(about.release) < FIRST:
        # distributions put new features into old kernels: loading the probe will tell
        return Check(
            "kernel",
            WARN,
            text,
            f"ring buffers came with Linux {FIRST[0]}.{FIRST[1]}; unless the distribution added them, take a newer one",
        )
    if about.machine not in TESTED:
        return Check("kernel", WARN, text, f"the probe is tested on {' and '.join(TESTED)} only")
    return Check("kernel", OK, text)


def version(release: str) -> tuple[int, ...]:
    return tuple(int(word) for word in re.findall(r"\d+", release)[:2])


def btf(host: Host) -> Check:
    path = "sys/kernel/btf/vmlinux"
    if not host.exists(path):
        return Check("btf", FAIL, f"no /{path}", "a kernel with CONFIG_DEBUG_INFO_BTF=y: that of every large distribution since 2021")
    try:
        with open(Path(host.root, path), "rb") as file:
            found = file.read(2)
    except OSError as error:
        return Check("btf", FAIL, f"/{path}: {error.strerror}", "let the user of firmer read it")
    return (
        Check("btf", OK, f"/{path}")
        if found in (b"\x9f\xeb", b"\xeb\x9f")
        else Check("btf", FAIL, f"/{path} holds no BTF", "another kernel")
    )


def lockdown(host: Host) -> Check:
    text = host.text("sys/kernel/security/lockdown")
    if text is None:
        return Check("lockdown", OK, "none, or securityfs is not mounted")
    mode = text.partition("[")[2].partition("]")[0]
    if mode == "confidentiality":
        return Check("lockdown", FAIL, mode, "boot with lockdown=integrity: in this mode no program may read the kernel's memory")
    return Check("lockdown", OK, mode)


def capabilities(host: Host) -> Check:
    to_load, to_scan = privileges.missing(privileges.TO_LOAD), privileges.missing(privileges.TO_SCAN)
    if to_load:
        return Check(
            "capabilities",
            FAIL,
            f"without {', '.join(to_load)}",
            "run as root, or give the service AmbientCapabilities=" + " ".join(to_load),
        )
    if to_scan:
        text = f"without {', '.join(to_scan)}: of processes of others that are there at the start, only names and numbers are known"
        return Check("capabilities", WARN, text, "run as root, or give the service AmbientCapabilities=" + " ".join(to_scan))
    return Check("capabilities", OK, ", ".join(privileges.TO_LOAD + privileges.TO_SCAN))


def namespace(host: Host) -> Check:
    try:
        found = os.stat(Path(host.root, "proc/self/ns/pid")).st_ino
    except OSError as error:
        return Check("namespace", FAIL, f"/proc/self/ns/pid: {error.strerror}", "mount /proc")
    if found != HOST_PIDS:
        return Check(
            "namespace",
            FAIL,
            "processes have other numbers here than the kernel tells",
            "run on the host, or in a container with --pid=host",
        )
    return Check("namespace", OK, "the host's processes")


def bcc(host: Host) -> Check:
    mend = "apt install python3-bpfcc, or your distribution's python3-bcc"
    try:
        done = subprocess.run([PYTHON, "-I", "-c", BCC], capture_output=True, text=True, errors="replace", timeout=BCC_TIME_S, check=False)
    except OSError as error:
        return Check("bcc", FAIL, f"{PYTHON}: {error.strerror}", mend)
    except subprocess.TimeoutExpired:
        return Check("bcc", FAIL, f"{PYTHON} did not end within {BCC_TIME_S} s", "see what keeps it")
    if done.returncode:
        return Check("bcc", FAIL, f"{PYTHON}: {last_line(done.stderr)}", mend)
    return Check("bcc", OK, f"{done.stdout.strip()[:40]}, of {PYTHON}")


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason told"])[-1].strip()[:LONGEST]


def memlock(host: Host) -> Check:
    if version(os.uname().release) >= NO_MEMLOCK:
        return Check("memlock", OK, "not counted by this kernel")
    soft, hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if resource.RLIM_INFINITY in (soft, hard) or not privileges.missing(("CAP_SYS_RESOURCE",)):  # the loader raises it as far as it may
        return Check("memlock", OK, "unlimited, or may be raised")
    return Check("memlock", FAIL, f"{soft} bytes", "ulimit -l unlimited, or LimitMEMLOCK=infinity for the service")


def io_uring(host: Host) -> Check:
    mode = (host.text("proc/sys/kernel/io_uring_disabled") or "").strip()
    told = {"2": "switched off", "1": "for privileged processes only", "0": "on; its operations are seen like system calls"}
    return Check("io_uring", OK, told.get(mode, "no switch in this kernel; seen like system calls where there is one"))


def tracefs(host: Host) -> Check:
    mounted = any(host.exists(path) for path in ("sys/kernel/tracing/events", "sys/kernel/debug/tracing/events"))
    return Check("tracefs", OK, "mounted" if mounted else "not mounted, and not needed")


def runtimes(host: Host) -> Check:
    found = [name for name, path in SOCKETS.items() if is_socket(Path(host.root, "run", path))]
    refused = [name for name in found if not os.access(Path(host.root, "run", SOCKETS[name]), os.W_OK)]
    if refused:
        return Check(
            "runtimes",
            WARN,
            f"{', '.join(found)}; {', '.join(refused)} may not be asked",
            "names and images need write access to the socket",
        )
    return Check("runtimes", OK, ", ".join(found) or "none")


def is_socket(path: Path) -> bool:
    try:
        return stat.S_ISSOCK(path.stat().st_mode)
    except OSError:
        return False


LOOKS: tuple[Callable[[Host], Check], ...] = (kernel, btf, lockdown, namespace, capabilities, bcc, memlock, io_uring, tracefs, runtimes)


# -- trials ------------------------------------------------------------------------------------------------------------
def trials(wanted: bytes | None) -> Iterator[Check]:
    """The probe itself; these need the privileges to load it."""
    began = time.monotonic()
    try:
        probe = Probe.start(Options(events=1 << 20, life=1 << 20))
    except (ProbeError, OSError) as error:
        first, _, rest = str(error).partition("\n")
        yield Check("probe", FAIL, first[:LONGEST], last_line(rest) if rest else "mend what fails above first")
        return
    try:
        yield Check("probe", OK, f"loaded in {time.monotonic() - began:.1f} s")
        yield syscalls(probe, wanted)
        yield event(probe)
    finally:
        probe.close()


def syscalls(probe: Probe, wanted: bytes | None) -> Check:
    """Which are reported: those that rules ask for, and those without which the state would be wrong."""
    names = probe.syscalls.names
    numbers = calls_for(wanted, probe.syscalls.native, numbers_of_types(probe_folder() / "events.h"))
    return Check("syscalls", OK, f"{len(numbers)} of {len(names)} are reported: {' '.join(sorted(names[number] for number in numbers))}")


def event(probe: Probe) -> Check:
    try:
        passed = self_test(probe)
    except (FirmerError, OSError) as error:
        return Check("event", FAIL, str(error)[:LONGEST], "report this, with all lines of `firmer doctor --json`")
    return Check("event", OK, f"an opened file was told {passed.late_ns / 1e6:.1f} ms later")


def examine(wanted: bytes | None = None, host: Host | None = None) -> Iterator[Check]:
    """All checks, as they are done. The trials are left out when a look has failed.

    wanted  one byte an event key, as rules say it; None: every event
    """
    host = host or Host()
    failed = False
    for look in LOOKS:
        found = look(host)
        failed |= found.status == FAIL
        yield found
    if failed:
        yield Check("probe", FAIL, "not tried", "mend what fails above first")
    else:
        yield from trials(wanted)
