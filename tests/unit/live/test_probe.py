"""The text that a failed start gives, and the layout that user space shares with the kernel side."""

import ctypes as ct
import errno
import mmap
import os
import re
import struct

import pytest

from firmer.live import probe
from firmer.live.loader import CALLS


@pytest.mark.parametrize(
    ("told", "status", "said", "texts"),
    [
        ({"error": "the BCC module is missing", "next": "install it: apt install python3-bpfcc"}, 1, "", ["BCC", "apt install"]),
        (None, 1, "bpf: Failed to load program: Operation not permitted\n", ["permission", "CAP_BPF and CAP_PERFMON"]),
        (None, -6, "python3: bcc: Assertion failed\n", ["signal 6", "Assertion failed"]),
        (None, 1, "open.c:3:1: error: no such thing\n" + "line\n" * 50, ["open.c:3:1: error: no such thing"]),
        (None, 3, "line\n" * 50 + "the last\n", ["status 3", "the last"]),
    ],
)
def test_a_failed_start_says_why_and_what_to_do(told, status, said, texts):
    text = probe.explain(told, status, said)
    assert all(part in text for part in texts)
    assert text.count("\n") <= 12


@pytest.mark.parametrize(("state", "locked"), [("none [integrity] confidentiality", False), ("none integrity [confidentiality]", True)])
def test_a_locked_kernel_is_told_as_such(monkeypatch, tmp_path, state, locked):
    (tmp_path / "lockdown").write_text(state)
    monkeypatch.setattr(probe, "LOCKDOWN", str(tmp_path / "lockdown"))
    assert ("locked down" in probe.explain({"error": "permission denied", "next": "run as root"}, 1, "")) == locked


def c_struct(name):
    text = (probe.probe_folder() / "scap.h").read_text()
    body = re.search(r"struct %s \{(.*?)\};" % name, text, re.S)[1]
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.S)
    at, places = 0, {}
    for kind, names in re.findall(r"(u64|u32) ([^;]+);", body):
        for label in names.split(","):
            label, _, count = label.strip().rstrip("]").partition("[")
            times = {"": 1, "LANES": 2, "CALLS / 64": CALLS // 64}[count]
            width = 8 if kind == "u64" else 4
            assert at % width == 0
            places[label] = at
            at += width * times
    return places, at


def test_conf_lies_as_the_kernel_side_declares_it():
    places, size = c_struct("conf_t")
    ours = {name: getattr(probe.Conf, name).offset for name, _ in probe.Conf._fields_}
    assert (ours, ct.sizeof(probe.Conf)) == (places, size)


def test_counts_lie_as_the_kernel_side_declares_them():
    places, size = c_struct("stat_t")
    assert list(places) == ["produced", "dropped", "big", "unread"] and size == 8 * probe.STAT


def test_modes_are_numbered_alike():
    text = (probe.probe_folder() / "scap.h").read_text()
    assert re.search(r"enum \{ (WATCH_\w+(?:, WATCH_\w+)*) \}", text)[1].split(", ") == [
        "WATCH_NOTHING",
        "WATCH_ALL",
        "WATCH_TREE",
        "WATCH_CGROUP",
    ]
    assert [probe.NOTHING, probe.EVERYTHING, probe.TREE, probe.CGROUP] == [0, 1, 2, 3]


def test_the_boot_clock_has_one_epoch():
    first, second = probe.boot_time(), probe.boot_time()
    assert abs(first - second) < 50_000_000 and first > struct.unpack("Q", struct.pack("Q", 10**18))[0]


class Bare(probe.Probe):
    """Only with the programs of some tracepoints."""

    def __init__(self, *names):
        self.descriptors = {f"later:{name}": 1000 + k for k, name in enumerate(names)}
        self.absent = set()


def test_tracepoints_come_and_go(monkeypatch):
    attached, closed = [], []

    def attach(name, program):
        if name == "unknown":
            raise OSError(errno.ENOENT, "no such tracepoint")
        attached.append((name, program))
        return 2000 + program

    monkeypatch.setattr(probe.bpf, "attach", attach)
    monkeypatch.setattr(os, "close", closed.append)
    bare = Bare("one", "two", "unknown")
    bare.want_tracepoints({"one", "unknown"})
    bare.want_tracepoints({"one", "two"})
    assert attached == [("one", 1000), ("two", 1001)] and bare.absent == {"unknown"} and bare.tracepoints() == {"one", "two"}
    bare.want_tracepoints({"two"})
    assert closed == [3000] and bare.tracepoints() == {"two"}
    assert set(bare.descriptors) == {"later:one", "later:two", "later:unknown", "link:two"}


def test_closing_twice_is_closing_once():
    """The source closes the probe that it has, and whoever started that does, too."""
    bare = Bare()
    bare.conf, bare.stats = mmap.mmap(-1, mmap.PAGESIZE), mmap.mmap(-1, mmap.PAGESIZE)
    bare.close()
    bare.close()
    assert bare.conf.closed and bare._get("boot_ns") == 0


def test_who_may_not_attach_learns_it(monkeypatch):
    def attach(name, program):
        raise PermissionError(errno.EPERM, "no")

    monkeypatch.setattr(probe.bpf, "attach", attach)
    with pytest.raises(PermissionError):
        Bare("one").want_tracepoints({"one"})
