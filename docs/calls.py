"""The page of system calls: which the probe knows, where each parameter comes from, which of them are claims."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROBE = Path(__file__).resolve().parent.parent / "probe"
# words of calls.json that read the caller's memory; all other words ask the kernel
OF_THE_CALLER = set(
    "quotactl mount keyctl semop fsconfig_bytes fsconfig_text ptrace_data module_image uring_mask data_in data_out iov_in iov_out"
    " iov_size poll_list".split()
)
HEADS = {
    "files": "Files",
    "places": "Directories, mounts",
    "memory": "Memory",
    "identity": "Users, namespaces, sessions, keys",
    "control": "Signals, tracing, limits, modules",
    "descriptors": "Descriptors that are no files",
    "data": "Data",
}
INTRODUCTION = """For whoever writes rules for a live host and asks how far an event can be believed.

The probe sees a call when it returns: its result, its arguments in the registers and what the kernel's own objects say are true. What
it has to read from the caller's memory is a **claim**, printed bold below: another thread of the caller can have changed it between the
kernel's reading and ours, in either direction. Conditions on such parameters find who does not fight back; for the path of an opened
or executed file, a working directory, the address of a socket use the fields that come from the kernel (`fd.name`, `proc.exepath`,
`proc.cwd`). Memory that is not there (a page never touched, a bad pointer) gives an absent parameter or 0, and is counted as unread.

Calls of 32-bit programs (`int 0x80`) give the same events, with 64-bit values. A call that only adds flags to an older one (`fchmodat2`,
`preadv2`) gives that one's event. What the kernel writes back before it returns is read as written: the offset of `sendfile`, the time
left of `ppoll`. No call needs an event at its entry; captures get entries for programs that ask for them when they are written. A call
that is not on this page comes as a generic event: its number and its thread.
"""


def load(name: str) -> Any:
    return json.loads((PROBE / name).read_text())


def claims(source: str, kind: str) -> bool:
    """Whether a source of calls.json reads the caller's memory."""
    return "@" in source or source in OF_THE_CALLER or (source[0].isdigit() and kind in ("CHARBUF", "FSPATH", "FSRELPATH"))


def parameters(event: dict[str, Any], recipe: str) -> str:
    params = event["params"]
    sources = recipe.removeprefix("! ").split()
    if sources[:1] and sources[0].startswith("*"):
        sources = ["ret", *[sources[0][1:]] * (len(params) - 1)]
    out = []
    for source in sources:
        for _ in range(int(source.partition("/")[2] or 1)):
            name = params[len(out)]["name"]
            out.append(f"**{name}**" if claims(source, params[len(out)]["type"]) else name)
    return ", ".join(out)


def page(made: str) -> Iterator[str]:
    events = {event["enum"]: event for event in load("events.json")}
    machines = load("syscalls.json")["machines"]
    names: dict[str, list[str]] = {}
    for row in machines["x86_64"] + machines["ia32"]:
        if row["name"] not in names.setdefault(row["exit"], []):
            names[row["exit"]].append(row["name"])
    yield f"# System calls\n\n{made}\n{INTRODUCTION}"
    for family, declared in load("calls.json").items():
        yield f"\n## {HEADS[family]}\n\n| calls | event | parameters |\n|---|---|---|\n"
        for enum, recipe in declared.items():
            calls = ", ".join(f"`{name}`" for name in names[enum])
            yield f"| {calls} | {events[enum]['name']} | {parameters(events[enum], recipe)} |\n"
    native = {row["name"] for row in machines["x86_64"]}
    own = {name for path in PROBE.glob("*.c") for name in re.findall(r"^CALL\((\w+)\)", path.read_text(), re.M)} & native
    yield "\n## Processes, files that are opened, sockets\n\nThese have a program of their own, which asks the kernel's objects for paths"
    yield " and addresses; their parameters are those of the [event types](events.md).\n\n"
    yield " ".join(f"`{name}`" for name in sorted(own)) + "\n"
