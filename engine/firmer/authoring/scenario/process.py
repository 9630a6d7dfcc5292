"""A process of a scenario: it clones, executes, changes its ids, exits. What it does becomes events; what they change, it remembers."""

from dataclasses import dataclass, replace
from posixpath import basename

from firmer.authoring.scenario.actor import Actor, result
from firmer.authoring.scenario.container import Container
from firmer.authoring.scenario.descriptors import O_CLOEXEC, file, inode
from firmer.authoring.scenario.files import Files
from firmer.authoring.scenario.sockets import Sockets
from firmer.authoring.scenario.values import Value, texts
from firmer.events.section import NO_LOGINUID, ThreadEntry

COMM_MAX = 15  # the kernel's TASK_COMM_LEN less the NUL
FD_LIMIT = 1024
ALL_CAPABILITIES = (1 << 41) - 1
DOCKER_CAPABILITIES = 0xA804_25FB
CHILD_CLEARTID, CHILD_SETTID, CHILD_IN_PIDNS = 1 << 23, 1 << 24, 1 << 29  # clone flags of fork()
EXE_WRITABLE, EXE_UPPER_LAYER = 1, 2
PROGRAM_AGE_NS = 90 * 86_400 * 10**9  # of programs that the story did not make
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
MEMORY: dict[str, Value] = {"fdlimit": FD_LIMIT, "pgft_maj": 1, "pgft_min": 240, "vm_size": 9_800, "vm_rss": 3_600, "vm_swap": 0}


@dataclass(kw_only=True)
class Process(Files, Sockets):
    ptid: int
    comm: str
    exepath: str
    args: tuple[str, ...] = ()
    argv0: str = ""  # empty: as comm
    uid: int = 0
    gid: int = -1  # -1: as uid
    env: tuple[str, ...] = (PATH,)
    cgroup: str = "/system.slice"
    tty: int = 0
    loginuid: int = NO_LOGINUID
    sid: int = 1
    pgid: int = 1
    vtid: int = 0
    exe_flags: int = 0
    exe_time_ns: int = 0  # when the program's file was changed last

    def __post_init__(self) -> None:
        self.comm = self.comm[:COMM_MAX]
        self.argv0 = self.argv0 or self.comm
        self.gid = self.uid if self.gid < 0 else self.gid
        self.vtid = self.vtid or (self.stage.new_vtid(self.container.id) if self.container else self.tid)
        self.cgroup = self.container.cgroup if self.container else self.cgroup
        self.exe_time_ns = self.exe_time_ns or self.stage.start_ns - PROGRAM_AGE_NS
        if not self.fds:
            self.fds = dict.fromkeys((0, 1, 2), file("/dev/pts/0" if self.tty else "/dev/null"))

    # what it is

    @property
    def cgroups(self) -> bytes:
        return texts([f"{subsystem}={self.cgroup}" for subsystem in ("cpuset", "cpu", "memory")])

    @property
    def capabilities(self) -> int:
        if self.uid:
            return 0
        return DOCKER_CAPABILITIES if self.container and not self.container.privileged else ALL_CAPABILITIES

    @property
    def pidns_start(self) -> int:
        """When its pid namespace began, in ns after the host's start; 0 on the host."""
        return self.container.start_ns - self.stage.boot_ns if self.container else 0

    @property
    def vpgid(self) -> int:
        return self.vtid if self.container else self.pgid

    def entry(self) -> ThreadEntry:
        """Its line of the process list."""
        capabilities = self.capabilities
        return ThreadEntry(
            tid=self.tid, pid=self.tid, ptid=self.ptid, sid=self.sid, pgid=self.pgid, vpgid=self.vpgid, vtid=self.vtid, vpid=self.vtid,
            comm=self.comm.encode(), exe=self.argv0.encode(), exepath=self.exepath.encode(), args=texts(self.args), env=texts(self.env),
            cwd=self.cwd.encode(), root=b"/", cgroups=self.cgroups, fdlimit=FD_LIMIT, uid=self.uid, gid=self.gid, tty=self.tty,
            loginuid=self.loginuid, vmsize_kb=9_800, vmrss_kb=3_600, pfmajor=1, pfminor=240, pidns_init_start_ts=self.pidns_start,
            cap_permitted=capabilities, cap_effective=capabilities, exe_writable=self.exe_flags & EXE_WRITABLE,
            exe_ino=inode(self.exepath), exe_ino_ctime=self.exe_time_ns, exe_ino_mtime=self.exe_time_ns,
        )  # fmt: skip

    def _told(self) -> dict[str, Value]:
        """Parameters that clone and execve share."""
        return {
            "exe": self.argv0, "args": texts(self.args), "tid": self.tid, "pid": self.tid, "ptid": self.ptid, "cwd": "", **MEMORY,
            "comm": self.comm, "cgroups": self.cgroups, "uid": self.uid, "gid": self.gid,
        }  # fmt: skip

    # what it does

    def fork(self, container: Container | None = None) -> "Process":
        """clone() without an execve(); with a container the child is the first of ours in it, as a runtime starts one."""
        child = replace(self, tid=self.stage.new_tid(), ptid=self.tid, fds=dict(self.fds), container=container or self.container, vtid=0)
        flags = CHILD_CLEARTID | CHILD_SETTID | (CHILD_IN_PIDNS if child.container else 0)
        told: dict[str, Value] = {"flags": flags, "vtid": self.vtid, "vpid": self.vtid, "pidns_init_start_ts": self.pidns_start}
        self.act("clone", res=child.vtid if self.container else child.tid, **self._told(), **told)
        told.update(vtid=child.vtid, vpid=child.vtid, pidns_init_start_ts=child.pidns_start)
        self.stage.happen("clone", child.tid, {"res": 0, **child._told(), **told}, entered=False)
        return child

    def execve(self, path: str, *args: str, argv0: str = "", error: str | None = None) -> None:
        """Run another program; the first argument is `argv0`, or the program's name."""
        after = replace(self, comm=basename(path)[:COMM_MAX], exepath=self.absolute(path), args=args, argv0=argv0 or basename(path))
        changed_ns = self.stage.changed.get(self.file_key(path))
        after.exe_flags = 0 if changed_ns is None else EXE_WRITABLE | (EXE_UPPER_LAYER if self.container else 0)
        after.exe_time_ns = changed_ns or self.stage.start_ns - PROGRAM_AGE_NS
        capabilities = self.capabilities
        self.act(
            "execve", res=result(error), **after._told(), env=texts(self.env), tty=self.tty, vpgid=self.vpgid, loginuid=self.loginuid,
            flags=after.exe_flags, cap_inheritable=0, cap_permitted=capabilities, cap_effective=capabilities, exe_ino=inode(after.exepath),
            exe_ino_ctime=after.exe_time_ns, exe_ino_mtime=after.exe_time_ns, trusted_exepath=after.exepath, pgid=self.pgid, filename=path,
        )  # fmt: skip
        if error is None:
            kept = {number: fd for number, fd in self.fds.items() if not fd.flags & O_CLOEXEC}
            self.__dict__.update(after.__dict__, fds=kept)

    def spawn(self, program: str, *args: str, container: Container | None = None, argv0: str = "") -> "Process":
        """fork() and execve(); a program without a path is one of /usr/bin."""
        child = self.fork(container)
        child.execve(program if "/" in program else f"/usr/bin/{program}", *args, argv0=argv0)
        return child

    def run(self, program: str, *args: str) -> None:
        """spawn() and exit: a program whose doings do not matter."""
        self.spawn(program, *args).exit()

    def setuid(self, uid: int, *, error: str | None = None) -> None:
        self.act("setuid", res=result(error), uid=uid)
        if error is None:
            self.uid = uid

    def setgid(self, gid: int, *, error: str | None = None) -> None:
        self.act("setgid", res=result(error), gid=gid)
        if error is None:
            self.gid = gid

    def setsid(self) -> None:
        self.act("setsid", res=self.vtid)
        self.sid = self.pgid = self.tid

    def kill(self, other: Actor, signal: int) -> None:
        self.act("kill", res=0, pid=other.tid, sig=signal)

    def exit(self, code: int = 0, *, signal: int = 0) -> None:
        self.act("procexit", status=code << 8 | signal, ret=code, sig=signal, core=0, reaper_tid=0)
