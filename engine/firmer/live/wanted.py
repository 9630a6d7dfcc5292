"""Which system calls the probe has to report: those that somebody asks for, and those without which the state would be wrong."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from firmer.events.table import EVENT_FLAGS, event_types
from firmer.live.probe import Probe, probe_folder

GENERIC = "GENERIC_X"
STATE = ("creates_fd", "destroys_fd", "modifies_state")
# they change the state a little (the peer of a socket that is not connected), but come so often that only their consumers pay for them
DATA = ("reads_from_fd", "writes_to_fd")
# they give files other names; the table has them as harmless
NAMES = {"SYSCALL_RENAME_X", "SYSCALL_RENAMEAT_X", "SYSCALL_RENAMEAT2_X", "SYSCALL_LINK_2_X", "SYSCALL_LINKAT_2_X"}


@cache
def numbers_of_types(header: Path) -> dict[str, int]:
    """Event types by the names that the table of system calls uses; `header` is the probe's events.h."""
    return {name: int(number) for name, number in re.findall(r"EV_(\w+) = (\d+)", header.read_text())}


def changes_state(flags: int) -> bool:
    def has(names: Iterable[str]) -> bool:
        return any(flags >> EVENT_FLAGS.index(name) & 1 for name in names)

    return has(STATE) and not has(DATA)


def want(probe: Probe, wanted: bytes | None) -> None:
    """Let the probe report what consumers want from now on, and what the state needs."""
    probe.want(calls_for(wanted, probe.syscalls.native, numbers_of_types(probe_folder() / "events.h")))


def calls_for(wanted: bytes | None, calls: Iterable[Mapping[str, Any]], types: Mapping[str, int]) -> set[int]:
    """Numbers of the system calls to report.

    wanted  one byte an event key, as consumers say it; None: every event
    calls   rows of the machine: nr, name, code, exit (name of the event type)
    """
    rows = event_types()
    found = set()
    for call in calls:
        kind = types[call["exit"]]
        key = len(rows) + call["code"] if call["exit"] == GENERIC else kind
        if wanted is None or wanted[key] or call["exit"] in NAMES or changes_state(rows[kind]["flags"]):
            found.add(call["nr"])
    return found
