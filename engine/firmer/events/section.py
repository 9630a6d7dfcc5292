"""What a capture says of its host before its first event; also what a writer needs, and what a live scan finds.

Reader, state, writer and live scan exchange nothing but these records. All texts are bytes: processes choose them.
"""

from firmer.record import field, record

NO_ID = -1
NO_LOGINUID = 0xFFFFFFFF


@record(slots=True)
class Machine:
    """The machine-info block."""

    num_cpus: int = 0
    memory_size_bytes: int = 0
    max_pid: int = 0
    hostname: bytes = b""
    boot_ts_ns: int = 0
    flags: int = 0
    reserved: tuple[int, int] = (0, 0)


@record(slots=True)
class Interface:
    """One network interface address; `ip`, `netmask` and `broadcast` are 4 or 16 bytes in network order."""

    name: bytes
    ip: bytes
    netmask: bytes
    broadcast: bytes
    linkspeed: int | None = None


@record(slots=True)
class User:
    uid: int
    gid: int
    name: bytes
    home: bytes = b""
    shell: bytes = b""
    container: bytes = b""  # id; empty: of the host, and the only ones that a capture holds


@record(slots=True)
class Group:
    gid: int
    name: bytes
    container: bytes = b""


@record(slots=True)
class ThreadEntry:
    """One thread of the process list. args, env and cgroups are NUL-separated as in the block; times in ns, memory in kB.

    `maker` is the thread whose event made it, for threads of a process that the list did not have; NO_ID for all others.
    """

    tid: int
    pid: int
    ptid: int
    sid: int = NO_ID
    vpgid: int = NO_ID
    comm: bytes = b""
    exe: bytes = b""
    exepath: bytes = b""
    args: bytes = b""
    cwd: bytes = b""
    fdlimit: int = -1
    flags: int = 0
    uid: int = 0
    gid: int = 0
    vmsize_kb: int = 0
    vmrss_kb: int = 0
    vmswap_kb: int = 0
    pfmajor: int = 0
    pfminor: int = 0
    env: bytes = b""
    vtid: int = NO_ID
    vpid: int = NO_ID
    cgroups: bytes = b""
    root: bytes = b""
    pidns_init_start_ts: int = 0
    tty: int = 0
    loginuid: int = NO_LOGINUID
    exe_writable: int = 0
    cap_inheritable: int = 0
    cap_permitted: int = 0
    cap_effective: int = 0
    exe_upper_layer: int = 0
    exe_ino: int = 0
    exe_ino_ctime: int = 0
    exe_ino_mtime: int = 0
    exe_from_memfd: int = 0
    exe_lower_layer: int = 0
    pgid: int = NO_ID
    clone_ts: int = 0  # ns since the epoch; 0: not known, as in any capture
    maker: int = NO_ID


@record(slots=True)
class FdEntry:
    """One descriptor of a process. Which members count depends on `type` (FdType); ports in host order, addresses in network order.

    Server sockets have their address in `dip` and `dport`, as `Fd` keeps it. `bare`: an internet socket that nothing has named yet.
    `role` is that of an IPv6 socket whose connection was seen: 1 client, 2 server; lists lose it.
    """

    fd: int
    type: int
    ino: int = 0
    name: bytes = b""
    open_flags: int = 0
    dev: int = 0
    sip: bytes = b""
    dip: bytes = b""
    sport: int = 0
    dport: int = 0
    l4proto: int = 0
    source: int = 0
    destination: int = 0
    bare: bool = False
    role: int = 0


@record(slots=True)
class Section:
    """The state of a host at one moment: the blocks of a capture that stand before its events.

    `containers` holds the JSON texts of container events that must lead a written capture, `plugin_containers` those that the plugin of
    today's Falco told. `ended` has processes that are gone, each with the one that took over its children, which still name it as their parent.
    """

    machine: Machine | None = None
    interfaces: list[Interface] = field(default_factory=list)
    users: list[User] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    threads: list[ThreadEntry] = field(default_factory=list)
    fds: dict[int, list[FdEntry]] = field(default_factory=dict)
    containers: list[bytes] = field(default_factory=list)
    plugin_containers: list[bytes] = field(default_factory=list)
    ended: dict[int, int] = field(default_factory=dict)
