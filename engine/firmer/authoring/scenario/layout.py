"""Calls as event blocks, in the layouts that writers of captures use or used.

TODAY       exit events alone, with all parameters: what libs 0.22 and newer write
CLASSIC     enter and exit events with the parameters that sysdig 0.29.3 had: what captures of 2018 to 2022 hold
EVERYWHERE  enter events as CLASSIC, exit events with all parameters: sysdig 0.29.3 and today's Falco both show all of it
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from firmer.authoring.scenario.values import Value, pack
from firmer.capture.encode import encode_event
from firmer.events.table import EVENT_FLAGS, PARAM_TYPES, SYSDIG_CODE_LIMIT, event_types, syscall_codes, x86_64_calls

if TYPE_CHECKING:
    from firmer.events.table import EventRow  # stands in the stub only


@dataclass(frozen=True, slots=True)
class Layout:
    enters: bool  # a call is two events
    today: bool  # exits carry all parameters
    sysdig: bool  # only types that sysdig 0.29.3 knows


TODAY = Layout(enters=False, today=True, sysdig=False)
CLASSIC = Layout(enters=True, today=False, sysdig=True)
EVERYWHERE = Layout(enters=True, today=True, sysdig=True)

GENERIC = 1  # exit event of calls without a type of their own
# Who tells of containers: sysdig's engine, or the plugin of today's Falco.
TELLERS = {"container": "sysdig", "asyncevent": "today"}
# Calls that got a type of their own after 0.29.3; there they were events of a sister.
SISTERS = {"dup2": "dup", "dup3": "dup", "pipe2": "pipe", "accept4": "accept"}


@dataclass(frozen=True, slots=True)
class Call:
    """One system call, or one event that is none (`procexit`): its parameters by the names of the event table."""

    name: str
    tid: int
    enter_ns: int
    exit_ns: int
    cpu: int
    values: Mapping[str, Value]
    entered: bool = True  # False: the child's side of a clone, which returns from a call that it did not make


@cache
def rows() -> list["EventRow"]:
    return event_types()


@cache
def newest(sysdig: bool) -> dict[str, int]:
    """Event names with the type that today's writers use: that of the exit, or the only one there is.

    With `sysdig` types above 0.29.3's are left out; where it knows only types that are old by now, the newest of those.
    """
    unused, old = (1 << EVENT_FLAGS.index(flag) for flag in ("unused", "old_version"))
    found: dict[str, int] = {}
    for row in sorted(rows(), key=lambda row: (not row["flags"] & old, row["id"])):
        has_exit = row["dir"] == ">" and not rows()[row["id"] + 1]["flags"] & unused
        known = row["sysdig_params"] is not None if sysdig else not row["flags"] & old
        if known and not row["flags"] & unused and not has_exit:
            found[row["name"]] = row["id"]
    return found


def type_of(name: str, layout: Layout) -> int | None:
    """Event type of a call's exit; None where the layout has only the generic one."""
    known = newest(layout.sysdig)
    return known.get(name, known.get(SISTERS.get(name, "")) if layout.sysdig else None)


def blocks(call: Call, layout: Layout) -> list[bytes]:
    """The events of one call: one or two blocks, or none where the layout cannot tell it."""
    teller = TELLERS.get(call.name)
    if teller is not None:
        return [event(call, newest(False)[call.name], call.enter_ns, call.values, True)] if getattr(layout, teller) else []
    kind = type_of(call.name, layout)
    values = call.values
    if kind is None:
        code = syscall_codes().get(call.name)
        if code is None:
            raise ValueError(f"'{call.name}' is no system call")
        if code >= SYSDIG_CODE_LIMIT and layout.sysdig:
            return []  # 0.29.3 reads past its table for codes above it
        kind, values = GENERIC, {"ID": code, "nativeID": x86_64_calls().get(code, 0)}
    if kind % 2 == 0:
        return [event(call, kind, call.enter_ns, values, layout.today)]
    made = [event(call, kind - 1, call.enter_ns, values, False)] if layout.enters and call.entered else []
    return [*made, event(call, kind, call.exit_ns, values, layout.today)]


def event(call: Call, kind: int, ts: int, values: Mapping[str, Value], all_params: bool) -> bytes:
    row = rows()[kind]
    count = len(row["params"]) if all_params or row["sysdig_params"] is None else row["sysdig_params"]
    params = [pack(PARAM_TYPES[number], values.get(name)) for name, number, _ in row["params"][:count]]
    claim = values.get("claim") if all_params else None  # behind the table's parameters: the caller's spelling of a path
    if claim is not None:
        params.append(pack("FSPATH", claim))
    return encode_event(kind, ts, call.tid, params, call.cpu)
