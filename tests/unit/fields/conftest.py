"""Asking fields of the last of a few events."""

from collections.abc import Callable
from typing import Any

import pytest

from firmer.events.section import FdEntry, Group, ThreadEntry, User
from firmer.fields.catalog import new_slot
from firmer.fields.text import text_of, value_of


@pytest.fixture
def ask(make_host: Any) -> Callable[..., Any]:
    """Value of a field at the last of the events; `text=True`: as it is printed, `output=False`: as a filter sees it."""

    def asked(field: str, *events: tuple, dialect: str = "falco", output: bool = True, text: bool = False, **section: Any) -> Any:
        host = make_host(dialect, **section)
        host.state.keep_all_enters = True
        slot = new_slot(field, dialect, output)
        value = None
        for event in host.events(*events):
            host.state.process(event)
            value = text_of(slot, event, host.state) if text else value_of(slot, event, host.state)
        return value

    return asked


@pytest.fixture
def family(thread_entry: Any) -> list[ThreadEntry]:
    """systemd (1) < sshd (10) < bash (20) < worker (30) with a second thread (31)."""
    return [
        thread_entry(1, 0, comm=b"systemd", exe=b"/sbin/init", exepath=b"/usr/lib/systemd/systemd", cwd=b"/", sid=1, vpgid=1, pgid=1),
        thread_entry(10, 1, comm=b"sshd", exe=b"sshd:", exepath=b"/usr/sbin/sshd", args=b"-D\0", sid=10, vpgid=10, pgid=10, env=b"LANG=C\0"),
        thread_entry(20, 10, comm=b"bash", exe=b"-bash", exepath=b"/usr/bin/bash", sid=20, vpgid=20, pgid=20, env=b"HOME=/root\0TTY=1\0"),
        thread_entry(
            30, 20, comm=b"worker", exe=b"./worker", exepath=b"/opt/worker", args=b"--queue\0\0main\0", env=b"A= 1 \0EMPTY=\0HOME=/home/w\0",
            cwd=b"/opt", sid=20, vpgid=30, pgid=30, tty=34816, uid=1000, gid=1000, loginuid=1000, fdlimit=8, vmsize_kb=3000, vmrss_kb=2000,
            vmswap_kb=10, pfmajor=3, pfminor=4, exe_writable=1, exe_upper_layer=1, exe_ino=77, exe_ino_ctime=5, exe_ino_mtime=6,
            cap_permitted=1 << 40 | 1, cap_effective=1 << 21, pidns_init_start_ts=900_000_000_000, cgroups=b"io=/a=b\0cpu_cgroup=/x\0perf=/p\0",
        ),
        thread_entry(31, 20, pid=30, comm=b"worker:io", args=b"--queue\0\0main\0", flags=1 << 13 | 1, vmsize_kb=3000),
    ]  # fmt: skip


@pytest.fixture
def ask_worker(ask: Callable[..., Any], family: list[ThreadEntry]) -> Callable[..., Any]:
    """As `ask`, as a filter sees it, among the family; without an event at one of the worker's that changes nothing."""
    opened = [
        FdEntry(0, 1, 5, b"/dev/pts/1"), FdEntry(1, 7, 6, b"pipe:[6]"), FdEntry(7, 1, 9, b"/etc/hosts", dev=0x10203), FdEntry(8, 2, 10, b"/srv"),
    ]  # fmt: skip
    users, groups = [User(1000, 1000, b"alice", b"/home/alice", b"/bin/zsh")], [Group(1000, b"staff")]
    usual = {"threads": family, "fds": {30: opened}, "users": users, "groups": groups, "output": False}
    return lambda field, *events, **more: ask(field, *(events or (("kill<", 30, 0, 1, 15),)), **{**usual, **more})
