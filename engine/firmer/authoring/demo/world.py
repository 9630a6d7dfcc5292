"""The place where the demo's attack is staged: a host of its own, in namespaces of its own.

A process tree with its own users, processes, network, mounts and host name. Its root is a file system in memory with the programs of this
host, read-only, and accounts, secrets and services that exist nowhere else. The network has no way out.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from firmer.errors import FirmerError

NEW_MOUNTS, NEW_CGROUPS, NEW_UTS, NEW_IPC, NEW_USERS, NEW_PIDS, NEW_NET = (1 << bit for bit in (17, 25, 26, 27, 28, 29, 30))
READ_ONLY, NO_DEVICES, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 4, 32, 4096, 1 << 14, 1 << 18
DETACH = 2
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
HOST, ADDRESS = "web-1", "10.0.0.5"
OUTSIDE = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")  # visitors, attacker, hideout: for documentation, see RFC 5737
CONTAINER = "5d41402abc4b2a76b9719d911017c592ae2f1f8bd2a4b6ce6e5a3f7b5a0c1e9d"
CGROUPS = Path("/sys/fs/cgroup")
CAST = Path(__file__).with_name("cast.py")
ROLES = ("init", "gunicorn", "cron", "logrotate", "sshd", "dpkg", "dockerd", "containerd-shim", "runc", "docker", "node")
NEEDED = ("/usr/bin/python3", "/usr/bin/bash", "/usr/bin/curl", "/usr/bin/sudo", "/usr/sbin/ip")
FOLDERS = (
    "etc/cron.d etc/pam.d tmp root/.aws run srv var/log/shop var/www/shop home/anna proc dev/pts sys/fs/cgroup old usr containers/shop"
).split()
FILES = {
    "etc/hostname": HOST,
    "etc/hosts": f"127.0.0.1 localhost\n{ADDRESS} {HOST}\n",
    "etc/passwd": (
        "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
        "anna:x:1000:1000:Anna:/home/anna:/bin/bash\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n"
    ),
    "etc/group": "root:x:0:\nsudo:x:27:\nwww-data:x:33:\nanna:x:1000:\nnogroup:x:65534:\n",
    "etc/shadow": "root:$y$j9T$EXAMPLE:19700:0:99999:7:::\nwww-data:*:19700:0:99999:7:::\nanna:$y$j9T$EXAMPLE:19700:0:99999:7:::\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files\n",
    "etc/sudoers": "root ALL=(ALL) ALL\nwww-data ALL=(ALL) NOPASSWD: ALL\n",
    "etc/pam.d/sudo": "auth sufficient pam_permit.so\naccount sufficient pam_permit.so\nsession sufficient pam_permit.so\n",
    "etc/logrotate.conf": "weekly\nrotate 4\n",
    "root/.aws/credentials": "[default]\naws_access_key_id = EXAMPLE\naws_secret_access_key = EXAMPLE\n",
    "var/log/shop/access.log": "",
    "var/www/shop/index.html": "<!doctype html><title>Shop</title>\n",
}
MODES = {"etc/shadow": 0o600, "etc/sudoers": 0o440, "tmp": 0o1777, "var/log/shop": 0o777, "var/log/shop/access.log": 0o666}
LINKS = {"bin": "usr/bin", "sbin": "usr/sbin", "lib": "usr/lib", "lib64": "usr/lib64", "var/run": "/run", "dev/ptmx": "pts/ptmx"}
DEVICES = ("null", "zero", "urandom", "tty")
libc = ctypes.CDLL(None, use_errno=True)


class StageError(FirmerError):
    """The attack cannot be staged here."""


class World:
    """The staged host. `pid`: its first process, as seen from here; all others descend from it."""

    def __init__(self) -> None:
        missing = [path for path in NEEDED if not os.path.exists(path)]
        if os.geteuid() or missing:
            raise StageError(f"the attack can be staged by root only, with {', '.join(missing or NEEDED)}")
        self.groups = cgroups()
        self.folder = tempfile.mkdtemp(prefix="stage-")
        ready, self.ready = os.pipe()
        mapped, self.mapped = os.pipe()
        self.outer = forked(lambda: self.enter(mapped))
        map_users(self.outer)
        os.write(self.mapped, b"x")
        os.close(self.ready)
        os.close(self.mapped)
        self.pid = int(os.read(ready, 20) or 0)
        if not self.pid:
            self.close()
            raise StageError("the staged host did not come up; what went wrong stands above")

    # in the child

    def enter(self, mapped: int) -> None:
        for group in self.groups:  # where this program runs is nobody's business
            (group.parent.parent / "cgroup.procs").write_text("0")
        wait_until_inside(mapped)
        check(libc.unshare(NEW_MOUNTS | NEW_NET | NEW_UTS | NEW_IPC), "unshare")
        os.setsid()
        build(Path(self.folder), self.groups)
        network()
        check(libc.unshare(NEW_PIDS), "unshare")
        first = forked(self.begin)  # the first process of the new namespace; what is forked later ends with it
        os.write(self.ready, str(first).encode())
        os.waitpid(first, 0)

    def begin(self) -> None:
        mount("proc", "/proc", "proc")  # the kernel allows it where another is in sight
        check(libc.umount2(b"/old", DETACH), "umount")
        os.rmdir("/old")
        for number in (0, 1, 2):
            os.dup2(os.open("/dev/null", os.O_RDWR), number)
        os.closerange(3, 256)
        environment = {"PATH": "/usr/local/bin:/usr/bin:/usr/sbin", "HOME": "/root", "LANG": "C", "CONTAINER": CONTAINER}
        os.execve("/usr/local/bin/init", ["init"], environment)

    # in the parent

    def close(self) -> None:
        """End whatever still runs there: with its first process all others of the namespace go."""
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.outer, 0)
        os.rmdir(self.folder)
        for group in self.groups:
            with suppress(OSError):  # a runtime of this host's own may have groups there
                os.rmdir(group)
                os.rmdir(group.parent)

    def __enter__(self) -> World:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()


def build(root: Path, groups: list[Path]) -> None:
    """The root file system, and the change into it."""
    mount(None, "/", None, PRIVATE | RECURSIVE)
    mount("stage", str(root), "tmpfs", data="mode=755")
    for name in FOLDERS:
        (root / name).mkdir(parents=True)
    for name, content in FILES.items():
        (root / name).write_text(content)
    for name, target in LINKS.items():
        (root / name).symlink_to(target)
    for name, mode in MODES.items():
        (root / name).chmod(mode)
    shutil.copy("/etc/ld.so.cache", root / "etc")
    mount("/usr", f"{root}/usr", None, BIND)
    mount(None, f"{root}/usr", None, BIND | REMOUNT | READ_ONLY)
    mount("local", f"{root}/usr/local", "tmpfs", data="mode=755")
    programs = root / "usr/local/bin"
    programs.mkdir()
    for role in ROLES:
        (programs / role).write_text("#!/usr/bin/python3 -IS\n" + CAST.read_text())
        (programs / role).chmod(0o755)
    for name in DEVICES:
        (root / "dev" / name).touch()
        mount(f"/dev/{name}", f"{root}/dev/{name}", None, BIND)
    mount("pts", f"{root}/dev/pts", "devpts", data="newinstance,ptmxmode=666,mode=620")
    for number, group in enumerate(groups):  # the runtime puts the container's processes there
        place = root / "sys/fs/cgroup" / str(number)
        place.mkdir()
        mount(str(group), str(place), None, BIND)
    os.chdir(root)
    check(libc.syscall(PIVOT_ROOT[os.uname().machine], b".", b"old"), "pivot_root")
    os.chdir("/")
    os.umask(0o022)


def network() -> None:
    """One host, and on the same interface whoever speaks to it."""
    os.environ["PATH"] = "/usr/sbin:/usr/bin"
    check(libc.sethostname(HOST.encode(), len(HOST)), "sethostname")
    for line in (
        "link set lo up",
        f"address add {ADDRESS}/32 dev lo",
        *(f"route add local {net} dev lo src {ADDRESS} table local" for net in OUTSIDE),
    ):
        subprocess.run(["ip", *line.split()], check=True)


def cgroups() -> list[Path]:
    """A group named as docker names them, in each hierarchy that there is."""
    found = []
    for tree in [CGROUPS] if (CGROUPS / "cgroup.procs").exists() else sorted(CGROUPS.iterdir()):
        group = tree / "docker" / CONTAINER
        if (tree / "cgroup.procs").exists() and tree.name != "cpuset":  # a new group there has no processors
            group.mkdir(parents=True, exist_ok=True)
            found.append(group)
    return found


def wait_until_inside(mapped: int) -> None:
    check(libc.unshare(NEW_USERS), "unshare")
    os.read(mapped, 1)
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)


def map_users(pid: int) -> None:
    """Users keep their numbers; what they may do ends at the namespace."""
    while os.readlink(f"/proc/{pid}/ns/user") == os.readlink("/proc/self/ns/user"):
        os.sched_yield()
    for name in ("uid_map", "gid_map"):
        Path(f"/proc/{pid}/{name}").write_text("0 0 65536")


def forked(work: Callable[[], object]) -> int:
    """The child's number; the child does its work and ends."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        work()
        status = 0
    except Exception:  # noqa: BLE001  # it ends here, told as at the end of any program
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)


def mount(what: str | None, where: str, kind: str | None, flags: int = 0, data: str = "") -> None:
    texts = [text.encode() if text is not None else None for text in (what, where, kind)]
    check(libc.mount(*texts, flags, data.encode()), f"mount {where}")


def check(status: int, what: str) -> None:
    if status < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
