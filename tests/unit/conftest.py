"""A small host for the tests of state and fields: a process list, then events by name and values."""

from collections.abc import Iterator
from struct import pack
from typing import Any

import pytest

from firmer.capture.encode import block, encode_event
from firmer.capture.reader import Reader
from firmer.event import Event
from firmer.events.section import FdEntry, Interface, Section, ThreadEntry, User
from firmer.events.table import event_types
from firmer.state.fd import Fd
from firmer.state.state import State
from firmer.state.thread import Thread

OLD_VERSION = 1 << 9
SECTION_HEADER = block(0x0A0D0D0A, pack("<IHHQ", 0x1A2B3C4D, 1, 2, 2**64 - 1))
WIDTHS = {
    1: 1,
    2: 2,
    3: 4,
    4: 8,
    5: 1,
    6: 2,
    7: 4,
    8: 8,
    9: 8,
    10: 8,
    11: 8,
    12: 4,
    13: 4,
    14: 2,
    15: 1,
    16: 4,
    17: 8,
    18: 8,
    19: 1,
    20: 2,
    21: 4,
}
WIDTHS |= {22: 1, 23: 2, 24: 4, 25: 4, 26: 2}
TEXTS = {31, 32, 33}  # ends with a NUL
FSPATH = 32
TABLE = event_types()
BASH, CURL, SHELL_TID = 100, 200, 300


def newest(name: str, direction: str) -> int:
    """The type of this name that today's writers make, or its enter event."""
    exits = [row["id"] for row in TABLE if row["name"] == name and row["id"] % 2 and not row["flags"] & OLD_VERSION]
    if exits:
        return max(exits) - (direction == ">")
    return max(row["id"] for row in TABLE if row["name"] == name and row["dir"] == direction)


def encoded(value: Any, kind: int) -> bytes:
    if value is None:
        return b""
    if isinstance(value, str):
        return value.encode() + b"\0"
    if isinstance(value, int):
        return (value & (1 << 8 * WIDTHS[kind]) - 1).to_bytes(WIDTHS[kind], "little")
    return bytes(value) + (b"\0" if kind in TEXTS else b"")


class Bytes:
    """A capture in memory, for the reader."""

    followed = False

    def __init__(self, data: bytes) -> None:
        self.data, self.position, self.size = data, 0, len(data)
        self.notes: dict[str, int] = {}

    def read(self, n: int) -> bytes:
        found = self.data[self.position : self.position + n]
        self.position += len(found)
        return found

    def stop(self) -> None: ...

    def close(self) -> None: ...


class Host:
    """A state and the events that it saw. Event: (name and direction or type, tid, values…); a float among them is seconds to wait."""

    def __init__(self, dialect: str, section: Section, **settings: bool) -> None:
        self.state = State(dialect, **settings)
        self.state.load(section)
        self.ts = 1_000_000_000_000
        self.seen: list[bool] = []

    def blocks(self, events: tuple) -> Iterator[bytes]:
        for event, tid, *values in events:
            kind = event if isinstance(event, int) else newest(event[:-1], event[-1])
            self.ts += 1000
            if values and isinstance(values[0], float):
                self.ts += int(values.pop(0) * 1e9)
            kinds = [param[1] for param in TABLE[kind]["params"]]
            # a value beyond the table is the caller's spelling of a path
            kinds += [FSPATH] * (len(values) - len(kinds))
            yield encode_event(kind, self.ts, tid, [encoded(value, kinds[k]) for k, value in enumerate(values)])

    def events(self, *events: tuple) -> Iterator[Event]:
        data = SECTION_HEADER + b"".join(self.blocks(events))
        return Reader("memory", source=Bytes(data)).events_iter()

    def go(self, *events: tuple) -> "Host":
        for event in self.events(*events):
            self.seen.append(self.state.process(event))
        return self

    def settle(self) -> "Host":
        """What the last event removes is gone."""
        self.state.snapshot()
        return self

    def fd(self, tid: int, number: int) -> Fd | None:
        return self.state.fd_by(tid, number)

    def name(self, tid: int, number: int) -> bytes | None:
        fd = self.fd(tid, number)
        return None if fd is None else fd.name

    def thread(self, tid: int) -> Thread | None:
        return self.state.thread_by_tid(tid)


def a_thread(tid: int, ptid: int = 1, **more: Any) -> ThreadEntry:
    facts = {
        "pid": tid,
        "vtid": tid,
        "vpid": more.get("pid", tid),
        "comm": b"bash",
        "exe": b"/bin/bash",
        "exepath": b"/bin/bash",
        "cwd": b"/home",
    }
    return ThreadEntry(tid=tid, ptid=ptid, **{**facts, **more})


def a_section(**more: Any) -> Section:
    """init, bash (100) with a file (3) and a directory (4), its thread 101."""
    section = Section(
        threads=[a_thread(1, 0, comm=b"init", cwd=b"/"), a_thread(100), a_thread(101, pid=100, flags=(1 << 0) | (1 << 13))],
        fds={100: [FdEntry(3, 1, 77, b"/etc/hosts"), FdEntry(4, 2, 78, b"/srv/data")]},
        interfaces=[
            Interface(b"lo", b"\x7f\0\0\1", b"\xff\0\0\0", bytes(4)),
            Interface(b"eth0", b"\x0a\0\0\1", b"\xff\xff\xff\0", b"\x0a\0\0\xff"),
        ],
    )
    for name, value in more.items():
        setattr(section, name, value)
    return section


@pytest.fixture
def host() -> Host:
    """Today's dialect."""
    return Host("falco", a_section())


@pytest.fixture
def sysdig_host() -> Host:
    return Host("sysdig", a_section())


@pytest.fixture
def strict_host() -> Host:
    """sysdig's dialect without what 0.29.3 cannot know."""
    return Host("sysdig", a_section(users=[User(0, 0, b"root", b"", b"")]), complete=False, accounts=False)


@pytest.fixture(params=["falco", "sysdig"])
def any_host(request: pytest.FixtureRequest) -> Host:
    return Host(request.param, a_section())


@pytest.fixture
def make_host() -> Any:
    return lambda dialect="falco", **more: Host(dialect, a_section(**more))


@pytest.fixture
def thread_entry() -> Any:
    return a_thread


@pytest.fixture
def tuple4() -> Any:
    """A SOCKTUPLE of IPv4 addresses."""

    def made(source: str, sport: int, destination: str, dport: int) -> bytes:
        ends = (bytes(map(int, ip.split("."))) + port.to_bytes(2, "little") for ip, port in ((source, sport), (destination, dport)))
        return b"\x02" + b"".join(ends)

    return made


@pytest.fixture
def clone() -> Any:
    """A clone event of either side."""

    def made(
        tid: int, result: int, child: int, pid: int, ptid: int, flags: int = 0, comm: str = "bash", cgroups: bytes = b"cpu=/\0", **ids: int
    ):
        values = [result, "/bin/bash", b"-c\0", child, pid, ptid, "", 1024, 0, 0, 10, 5, 0, comm, cgroups, flags, 1000, 1000]
        return ("clone<", tid, *values, ids.get("vtid", tid), ids.get("vpid", pid))

    return made


@pytest.fixture
def execve() -> Any:
    """An execve exit event with all of today's parameters."""

    def made(tid: int, comm: str, path: str | None = None, result: int = 0, cgroups: bytes = b"cpu=/\0", flags: int = 0):
        values = [result, comm, b"-x\0", tid, tid, 1, "", 1024, 0, 0, 10, 5, 0, comm, cgroups, b"A=1\0", 34816, tid, 1000, flags]
        return ("execve<", tid, *values, 0, 7, 7, 99, 1, 2, 1000, path, tid, 1000, path)

    return made
