"""What a capture is: its machine, its state at the begin, its events, what is odd about it."""

import os
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from firmer.capture.reader import Reader
from firmer.detect.census import Census
from firmer.errors import BadCapture
from firmer.events.section import Section
from firmer.events.table import event_types

LAYOUTS = {
    0x204: "without parameter count (before August 2018)",
    0x208: "without parameter count, with flags",
    0x216: "today's",
    0x217: "today's, with flags",
    0x221: "today's, large",
    0x222: "today's, large, with flags",
    0x2FF: "of before the first release",
}
DROP = "drop"
SHORT_CALLS = 100  # exits from which on the lack of enter events tells the writer


@dataclass(slots=True)
class Host:
    """One section: the host as it was before the section's first event."""

    hostname: str = ""
    cpus: int = 0
    memory_bytes: int = 0
    boot_ns: int = 0
    processes: int = 0
    threads: int = 0
    descriptors: int = 0
    users: int = 0
    groups: int = 0
    interfaces: list[str] = field(default_factory=list)


@dataclass(slots=True)
class CaptureInfo:
    """One capture. Times in ns since 1970; 0 where no event has one."""

    path: str
    stored_bytes: int
    hosts: list[Host] = field(default_factory=list)
    events: int = 0
    event_bytes: int = 0
    first_ts: int = 0
    last_ts: int = 0
    cpus: list[int] = field(default_factory=list)
    layouts: dict[str, int] = field(default_factory=dict)
    enter_events: int = 0
    exit_events: int = 0
    types: dict[str, int] = field(default_factory=dict)
    odd: dict[str, int] = field(default_factory=dict)
    damage: str = ""

    @property
    def written_by(self) -> str:
        """What the layout tells of the program that recorded."""
        if LAYOUTS[0x204] in self.layouts or LAYOUTS[0x2FF] in self.layouts:
            return "sysdig before 0.23 (August 2018)"
        if self.exit_events >= SHORT_CALLS and not self.enter_events:
            return "exit events only: a recorder since libs 0.22 (October 2025)"
        return "enter and exit events: a recorder since sysdig 0.23 (August 2018), before libs 0.22" if self.enter_events else ""


def capture_info(path: str) -> CaptureInfo:
    """One pass over the capture. Damage ends it and is told in `damage`; a file that cannot be opened raises BadCapture."""
    census = Census()
    with Reader(path) as reader:
        found = CaptureInfo(path, reader.size or 0)
        try:
            census.take(reader)
        except BadCapture as error:
            found.damage = str(error)
        found.odd.update(reader.notes)
    found.hosts = [host(section) for section in census.sections]
    found.events, found.event_bytes = census.events, census.bytes
    found.first_ts, found.last_ts = census.first_ts, census.last_ts
    found.cpus = census.cpu_numbers()
    found.layouts = {LAYOUTS.get(kind, hex(kind)): count for kind, count in census.by_layout().items()}
    count_types(found, census)
    odd = {
        "events older than the one before": census.backwards,
        "events without a time": census.timeless,
        "state-only events": census.hidden,
        "notices of dropped events": found.types.get(f"> {DROP}", 0),
    }
    found.odd |= {what: count for what, count in odd.items() if count}
    return found


def count_types(found: CaptureInfo, census: Census) -> None:
    rows = event_types()
    syscall = 1 << 12  # of EVENT_FLAGS
    names: Counter[str] = Counter()
    for kind, count in census.by_type().items():
        row = rows[kind]
        names[f"{row['dir']} {row['name']}"] += count
        if row["flags"] & syscall:
            if row["entry"]:
                found.enter_events += count
            else:
                found.exit_events += count
    found.types = dict(names.most_common())


def host(section: Section) -> Host:
    machine = section.machine
    return Host(
        hostname=machine.hostname.rstrip(b"\0").decode("utf-8", "replace") if machine else "",
        cpus=machine.num_cpus if machine else 0,
        memory_bytes=machine.memory_size_bytes if machine else 0,
        boot_ns=machine.boot_ts_ns if machine else 0,
        processes=len({thread.pid for thread in section.threads}),
        threads=len(section.threads),
        descriptors=sum(map(len, section.fds.values())),
        users=len(section.users),
        groups=len(section.groups),
        interfaces=[interface.name.decode("utf-8", "replace") for interface in section.interfaces],
    )


def in_order(paths: list[str]) -> list[CaptureInfo]:
    """The captures by time. Raises ValueError when they overlap: events of two captures at one time cannot share a state."""
    infos = sorted(map(capture_info, paths), key=lambda info: info.first_ts)
    for earlier, later in pairwise(infos):
        if later.first_ts <= earlier.last_ts:
            raise ValueError(f"{earlier.path} and {later.path} overlap in time")
    return infos


def is_file(path: str) -> bool:
    return path != "-" and os.path.exists(path)
