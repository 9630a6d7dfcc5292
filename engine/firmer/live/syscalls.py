"""System calls by number and name, in every ABI of this machine, and which program of the probe serves which."""

import json
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

FAMILIES = ("calls", "data")  # programs that serve many calls: those whose events stand in calls.json
# 32-bit names without a 64-bit twin of that name, and the call whose events they give
OLD = {
    "waitpid": "wait4", "oldstat": "stat", "oldfstat": "fstat", "oldlstat": "lstat", "stat64": "stat", "fstat64": "fstat", "lstat64": "lstat",
    "fstatat64": "newfstatat", "mmap2": "mmap", "_llseek": "lseek", "_newselect": "select", "umount": "umount2", "fcntl64": "fcntl",
    "sigreturn": "rt_sigreturn", "sigaction": "rt_sigaction", "sigprocmask": "rt_sigprocmask", "signal": "rt_sigaction", "ugetrlimit": "getrlimit",
    "readdir": "getdents",
    "send": "sendto", "recv": "recvfrom", "nice": "setpriority", "truncate64": "truncate", "ftruncate64": "ftruncate", "fadvise64_64": "fadvise64",
    "madvise1": "madvise", "sigpending": "rt_sigpending", "sigsuspend": "rt_sigsuspend",
}  # fmt: skip
# what socketcall, a 32-bit call, stands for: the call by its first argument
SOCKETCALL = {
    1: "socket", 2: "bind", 3: "connect", 4: "listen", 5: "accept", 8: "socketpair", 9: "send", 10: "recv", 11: "sendto", 12: "recvfrom",
    13: "shutdown", 14: "setsockopt", 15: "getsockopt", 16: "sendmsg", 17: "recvmsg", 18: "accept4", 19: "recvmmsg", 20: "sendmmsg",
}  # fmt: skip
# io_uring's operations and the calls that they stand for; 54 gives a direct descriptor an ordinary number
OPERATIONS = {
    1: "readv", 2: "writev", 4: "read", 5: "write", 9: "sendmsg", 10: "recvmsg", 13: "accept4", 16: "connect", 18: "openat", 19: "close", 22: "read",
    23: "write", 26: "sendto", 27: "recvfrom", 28: "openat2", 34: "shutdown", 35: "renameat2", 36: "unlinkat", 37: "mkdirat", 38: "symlinkat",
    39: "linkat", 45: "socket", 47: "sendto", 48: "sendmsg", 54: "dup", 56: "bind", 57: "listen",
}  # fmt: skip


class Syscalls:
    """`programs`: names of the calls that have one of their own; any other is served by `generic`."""

    def __init__(self, table: Path, programs: Collection[str]) -> None:
        machines = json.loads(table.read_text())["machines"]
        declared = json.loads((table.parent / "calls.json").read_text())
        self.shared = {event: FAMILIES[family == FAMILIES[1]] for family, events in declared.items() for event in events}
        self.own_ia32 = frozenset(json.loads((table.parent / "calls32.json").read_text()))  # whose arguments are others than the twin's
        self.native: list[dict[str, Any]] = machines[os.uname().machine]
        self.ia32: list[dict[str, Any]] = machines["ia32"] if os.uname().machine == "x86_64" else []
        self.numbers: dict[str, int] = {row["name"]: row["nr"] for row in self.native}
        self.names: dict[int, str] = {number: name for name, number in self.numbers.items()}
        self._events: dict[str, str] = {row["name"]: row["exit"] for row in self.ia32 + self.native}
        self.programs = frozenset(programs)

    def program(self, name: str) -> str:
        """A program of the call's own or its twin's, else the one that serves all events of its kind."""
        for own in (name, self.twin(name)):
            if own in self.programs:
                return own
        return self.shared.get(self._events.get(name, ""), "generic")

    def slots(self, numbers: Collection[int]) -> Iterator[tuple[str, int, str]]:
        """(program array, slot, program) of every ABI for these native numbers."""
        names = {self.names[number] for number in numbers}
        for name in names:
            yield "calls", self.numbers[name], self.program(name)
        if not self.ia32:
            return
        for row in self.native:
            if row["name"] in names and "x32" in row:
                yield "calls", row["x32"], self.program(row["name"])
        every = len(names) == len(self.native)
        for row in self.ia32:
            name, twin = row["name"], self.twin(row["name"])
            # ipc and its like have no twin: nobody can ask for them, but who asks for all gets them
            if (
                twin in names
                or (twin is None and every)
                or (name == "socketcall" and not names.isdisjoint(map(self.twin, SOCKETCALL.values())))
            ):
                yield "calls32", row["nr"], self.program(name)
        for which, name in SOCKETCALL.items():
            if self.twin(name) in names:
                yield "socketcalls", which, self.program(name)

    def operations(self, numbers: Collection[int]) -> dict[int, int]:
        """io_uring operation → number of the call that it stands for, of those wanted."""
        return {operation: self.numbers[name] for operation, name in OPERATIONS.items() if self.numbers[name] in numbers}

    def twin(self, name: str) -> str | None:
        """The native call that a 32-bit one stands for; None: there is none."""
        for candidate in (name, OLD.get(name, ""), name.removesuffix("32"), name.removesuffix("_time64"), name.removesuffix("64")):
            if candidate in self.numbers:
                return candidate
        return None
