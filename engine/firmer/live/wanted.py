"""Which system calls and tracepoints the probe has to report: those that somebody asks for, and calls without which the state would be wrong."""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from firmer.events.table import EVENT_FLAGS, NAMED, event_types
from firmer.live.probe import Probe, probe_folder
from firmer.live.syscalls import Syscalls

GENERIC = "GENERIC_X"
ENDLESS = {"exit", "exit_group", "rt_sigreturn", "sigreturn"}  # calls that do not come back: no exit would follow
CALLS = 1024  # places of the map before those of 32-bit calls
IA32_CASES = 1024  # IA32_AT of calls_numbers.h
ENTERS = 1 << 63  # of enters.h
STATE = ("creates_fd", "destroys_fd", "modifies_state")
# they change the state a little (the peer of a socket that is not connected), but come so often that only their consumers pay for them
DATA = ("reads_from_fd", "writes_to_fd")
# they give files other names, or other ways to them; the table has them as harmless
NAMES = {
    "SYSCALL_RENAME_X", "SYSCALL_RENAMEAT_X", "SYSCALL_RENAMEAT2_X", "SYSCALL_LINK_2_X", "SYSCALL_LINKAT_2_X",
    "SYSCALL_SYMLINK_X", "SYSCALL_SYMLINKAT_X",
}  # fmt: skip

# what happens without a call: name of the event type → tracepoints that are on only while it is wanted
TRACEPOINTS = {
    "SIGNALDELIVER_E": ("signal_deliver",),
    "PAGE_FAULT_E": ("page_fault_user", "page_fault_kernel"),
    "SCHEDSWITCH_6_E": ("sched_switch",),
}
# they come more often than all else together: only who names them gets them, not who wants all events
BY_NAME = {"PAGE_FAULT_E", "SCHEDSWITCH_6_E"}


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
    types = numbers_of_types(probe_folder() / "events.h")
    probe.want(calls_for(wanted, probe.syscalls.native, types), beginnings(wanted, probe.syscalls, types) if probe.enters else None)
    probe.want_tracepoints(tracepoints_for(wanted, types, {"PAGE_FAULT_E"} if probe.page_faults else set()))


def asked_for(wanted: bytes | None, call: Mapping[str, Any], types: Mapping[str, int]) -> bool:
    """Whether a consumer wants the call's event, its end or its beginning."""
    kind = types[call["exit"]]
    if wanted is None:
        return True
    if call["exit"] == GENERIC:
        return bool(wanted[len(event_types()) + call["code"]])
    return bool(wanted[kind] or wanted[kind - 1])


def calls_for(wanted: bytes | None, calls: Iterable[Mapping[str, Any]], types: Mapping[str, int]) -> set[int]:
    """Numbers of the system calls to report.

    wanted  one byte an event key, as consumers say it; None: every event
    calls   rows of the machine: nr, name, code, exit (name of the event type)
    """
    rows = event_types()
    found = set()
    for call in calls:
        kind = types[call["exit"]]
        if asked_for(wanted, call, types) or call["exit"] in NAMES or changes_state(rows[kind]["flags"]):
            found.add(call["nr"])
    return found


def tracepoints_for(wanted: bytes | None, types: Mapping[str, int], unnamed: Collection[str] = ()) -> set[str]:
    """Tracepoints to attach; `unnamed`: event types that need not be named, though they come often."""
    found: set[str] = set()
    for name, points in TRACEPOINTS.items():
        asked = 1 if wanted is None else wanted[types[name]]
        if asked >= (NAMED if name in BY_NAME and name not in unnamed else 1):
            found.update(points)
    return found


def beginnings(wanted: bytes | None, syscalls: Syscalls, types: Mapping[str, int]) -> dict[int, int]:
    """What tells its beginning: place in the probe's map `enters` → what enters.h says that stands there. Only what consumers want."""
    rows = event_types()
    out = {}
    for call in syscalls.native:
        kind = types[call["exit"]] - 1
        if call["name"] in ENDLESS or rows[kind]["name"] != rows[kind + 1]["name"] or not asked_for(wanted, call, types):
            continue
        for place in {call["nr"], call.get("x32", call["nr"])}:
            out[place] = fact(kind, call["code"], kind)
    native = {call["name"]: call for call in syscalls.native}
    for call in syscalls.ia32:
        twin = native.get(syscalls.twin(call["name"]) or "")
        if twin and twin["nr"] in out and call.get("exit"):
            kind = types[call["exit"]] - 1
            case = IA32_CASES + call["nr"] if call["name"] in syscalls.own_ia32 else kind
            out[CALLS + call["nr"]] = fact(kind, call["code"], case)
    return out


def fact(kind: int, code: int, case: int) -> int:
    return kind | code << 16 | case << 32 | ENTERS
