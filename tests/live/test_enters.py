"""Calls that tell their beginnings: lines and latencies of `dig`, and a capture that sysdig reads. Only one child is watched."""

import io
import shutil
import subprocess
import sys

import pytest
from live.stage import lacking
from live.test_calls import EVENTS, LINES, Case, decode, perform

from firmer.detect.dig import Dig
from firmer.live.probe import Options, Probe, probe_folder
from firmer.live.wanted import beginnings, numbers_of_types

MS = 1_000_000
LINE = "%evt.num %evt.time %evt.dir %evt.type %evt.info"
# waits for its watcher, then sleeps, polls, opens, reads, sends, runs a program
CHILD = """
import ctypes, os, select, socket, sys
sys.stdin.readline()
call = {"x86_64": 35, "aarch64": 101}[os.uname().machine]
ctypes.CDLL(None).syscall(call, (ctypes.c_long * 2)(0, 60_000_000), None)
select.poll().poll(60)
fd = os.open("hosts", os.O_RDONLY)
os.read(fd, 5)
os.close(fd)
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9))
os.execv("/bin/true", ["true"])
"""


@pytest.fixture
def dig(dig_child, tmp_path):
    """Runs dig on a child; gives the lines."""
    (tmp_path / "hosts").write_text("127.0.0.1")

    def run(line=LINE, **options):
        child = subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE, cwd=tmp_path)
        printed = dig_child(child, line, **options)
        assert child.wait() == 0
        return printed.splitlines()

    return run


def test_the_time_between_is_measured_where_the_format_asks(dig):
    rows = [line.split() for line in dig("%evt.dir %evt.type %evt.latency", filter="evt.type in (nanosleep, poll)")]
    assert [row[:2] for row in rows] == [[">", "nanosleep"], ["<", "nanosleep"], [">", "poll"], ["<", "poll"]]
    assert [60 * MS <= int(latency) < 10_000 * MS for _, _, latency in rows] == [False, True, False, True]


def test_beginnings_say_what_sysdig_says(dig):
    text = "\n".join(dig("%evt.dir %evt.type %evt.info", enters=True))
    for begun in (
        "> nanosleep interval=60000000(0.06s)",
        "> poll fds= timeout=60",
        "> openat dirfd=-100(AT_FDCWD) name=hosts(",
        "hosts) size=5",
        "> sendto fd=",
        "->127.0.0.1:9",
        "> execve filename=/bin/true",
    ):
        assert begun in text, text


def test_sysdig_reads_the_same_from_a_recording(dig, tmp_path):
    sysdig = shutil.which("sysdig")
    if sysdig is None:
        pytest.skip("sysdig is not installed")
    path = str(tmp_path / "out.scap")
    dig(enters=True, write=path)
    theirs = subprocess.run([sysdig, "-r", path, "-p", LINE], capture_output=True, check=True).stdout.splitlines()
    out = io.BytesIO()
    assert Dig(LINE).run((path,), out) == 0
    assert out.getvalue().splitlines() == theirs
    begun = [line for line in theirs if b"> nanosleep" in line]
    assert len(begun) == 1, "the one that the probe told, and none that was made"


class Telling(Probe):
    """Beginnings of all calls that are wanted."""

    def want(self, numbers, enters=None):
        told = beginnings(None, self.syscalls, numbers_of_types(probe_folder() / "events.h"))
        super().want(numbers, told if numbers else None)


@pytest.fixture(scope="module")
def begun(caller, tmp_path_factory):
    """(line of calls.txt, its case, the events of the call and those after it)"""
    reason = lacking()
    if reason:
        pytest.skip(reason)
    work = tmp_path_factory.mktemp("calls")
    (work / "dir").mkdir()
    (work / "file").write_text("hello world\n")
    with Telling.start(Options(events=16 << 20, life=4 << 20, enters=True)) as probe:
        cases = [Case(line, probe.syscalls) for line in LINES]
        _, found = perform(probe, caller, [line for case in cases for line in case.script], {case.native for case in cases}, work)
    return [(line, case, found.get(k, [])) for k, (line, case) in enumerate(zip(LINES, cases, strict=True))]


# what the kernel made of it, or was done by then: not what the caller said
KNOWN_LATER = {("fds", "poll"), ("fds", "ppoll"), ("timeout", "ppoll"), ("offset", "sendfile")}


def test_what_a_beginning_says_the_end_says_again(begun):
    wrong, compared = [], 0
    for line, case, events in begun:
        enter = EVENTS[case.event["id"] - 1]
        if enter["name"] != case.event["name"]:
            continue
        if [event.type for event in events[:2]] != [enter["id"], case.event["id"]] or len(events[0].params) != len(enter["params"]):
            wrong.append((line, [EVENTS[event.type]["enum"] for event in events[:2]]))
            continue
        said = {param["name"]: decode(param, data) for param, data in zip(case.event["params"], events[1].params, strict=False)}
        for param, data in zip(enter["params"], events[0].params, strict=True):
            if (param["name"], enter["name"]) not in KNOWN_LATER and param["name"] in said:
                compared += 1
                if decode(param, data) != said[param["name"]]:
                    wrong.append((line, param["name"], decode(param, data), said[param["name"]]))
    assert wrong == []
    assert compared > 100
