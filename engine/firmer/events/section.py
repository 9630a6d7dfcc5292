"""What a capture says of its host before its first event; also what a writer needs, and what a live scan finds.

Reader, state, writer and live scan exchange nothing but these records. All texts are bytes: processes choose them.
"""

from firmer.events.entries import NO_ID, NO_LOGINUID, FdEntry, ThreadEntry
from firmer.record import field, record

__all__ = ["NO_ID", "NO_LOGINUID", "FdEntry", "Group", "Interface", "Machine", "Section", "ThreadEntry", "User"]


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
