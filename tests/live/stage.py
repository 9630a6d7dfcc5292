"""A stage for live tests: starts one child, watches only its process tree, gives what the probe told of it by name."""

import json
import os
import platform
import signal
import subprocess
import time
from pathlib import Path

from live.ringreader import Reader, Record

from firmer.live.probe import Probe

ROOT = Path(__file__).resolve().parents[2]
TABLE = {event["id"]: event for event in json.loads((ROOT / "probe" / "events.json").read_text())}
BYTES = {"BYTEBUF", "SOCKADDR", "SOCKTUPLE", "DYN", "CHARBUF", "FSPATH", "FSRELPATH", "FDLIST"}
UNSIGNED = {"UINT8", "UINT16", "UINT32", "UINT64", "FLAGS8", "FLAGS16", "FLAGS32", "UID", "GID", "ABSTIME", "SYSCALLID"}
TIME_LIMIT = 300  # seconds of one child; an emulated machine is slow


def lacking() -> str | None:
    """Why no probe can be loaded here."""
    if platform.machine() not in ("x86_64", "aarch64"):
        return f"no probe for {platform.machine()}"
    if os.geteuid():
        return "not root"
    if not Path("/sys/kernel/btf/vmlinux").exists():
        return "no BTF: /sys/kernel/btf/vmlinux"
    lockdown = Path("/sys/kernel/security/lockdown")
    if lockdown.exists() and "[confidentiality]" in lockdown.read_text():
        return "the kernel is locked down"
    if subprocess.run(["/usr/bin/python3", "-Ic", "import bcc"], capture_output=True).returncode:
        return "no BCC: apt install python3-bpfcc"
    return None


class Told:
    """One event: parameters by the table's names, behind them `more`."""

    def __init__(self, record: Record) -> None:
        row = TABLE[record.type]
        self.ts, self.tid, self.cpu, self.event, self.params = record.ts, record.tid, record.cpu, row["name"], record.params
        self.more = record.params[len(row["params"]) :]
        for param, raw in zip(row["params"], record.params, strict=False):
            kind = param["type"]
            setattr(
                self, param["name"], raw if kind in BYTES else int.from_bytes(raw, "little", signed=kind not in UNSIGNED) if raw else None
            )

    def __repr__(self) -> str:
        return f"{self.event}({self.tid}, {self.params})"


class Seen(list):
    """Events in the order of their times. `pid`, `status`: of the child."""

    def __init__(self, told, pid, status):
        super().__init__(sorted(told, key=lambda event: event.ts))
        self.pid, self.status = pid, status

    def of(self, *names):
        return [event for event in self if event.event in names]

    def one(self, name):
        (found,) = self.of(name)
        return found


class Stage:
    def __init__(self, probe: Probe) -> None:
        self.probe = probe
        self.readers = [Reader(ring) for ring in probe.rings]

    def records(self):
        return [Record(block) for reader in self.readers for block in reader.read()]

    def close(self) -> None:
        for reader in self.readers:
            reader.close()

    def run(self, act, *calls, status=0):
        """`act` (a function, or a command's words) in a child of its own; `calls` are wanted by name meanwhile."""
        self.records()
        self.probe.want_names(calls)
        ready, go = os.pipe()
        pid = os.fork()
        if not pid:
            code = 99
            try:
                signal.alarm(TIME_LIMIT)
                os.close(go)
                os.read(ready, 1)
                os.close(ready)
                if callable(act):
                    act()
                else:
                    os.execvp(act[0], act)
                code = 0
            finally:
                os._exit(code)
        self.probe.watch(pid)
        os.close(ready)
        os.write(go, b"x")
        os.close(go)
        ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        time.sleep(0.02)  # the last thread's exit is told a moment after the parent may know
        self.probe.want(())
        self.probe.unwatch(pid)
        assert status is None or ended == status, f"the child ended with {ended}"
        return Seen(map(Told, self.records()), pid, ended)


def text(raw: bytes) -> str:
    return raw.rstrip(b"\0").decode()
