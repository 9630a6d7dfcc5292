"""Signals, page faults and switches, which are told only while somebody wants them. Only the test's own child is watched."""

import ctypes
import faulthandler
import mmap
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time
from difflib import SequenceMatcher

import pytest
from live.crowd import follow
from live.stage import lacking

from firmer.detect.recorder import Recorder
from firmer.detect.replay import replay
from firmer.detect.rotation import Pieces
from firmer.live.privileges import drop
from firmer.live.probe import Options, Probe
from firmer.rules.load import load_rules

FAULTS = {"page_fault_user", "page_fault_kernel"}
LIBC = ctypes.CDLL(None, use_errno=True)
NOT_PRESENT, WRITE, READ, USER, SUPERVISOR, PROTECTION = 2, 4, 8, 16, 32, 1
FIRMER = [sys.executable, "-c", "import sys; from firmer.ui.cli.main import main; main()"]


@pytest.fixture
def told(stage, probe):
    """Runs a child while these tracepoints are on."""

    def run(act, *tracepoints, status=0):
        probe.want_tracepoints(set(tracepoints))
        if probe.absent:
            pytest.skip(f"this kernel has no tracepoint {sorted(probe.absent)[0]}")
        try:
            return stage.run(act, status=status)
        finally:
            probe.want_tracepoints(())

    return run


# -- signals
def ignoring(*numbers):
    for number in numbers:
        signal.signal(number, lambda *_: None)


def by_itself(number):
    ignoring(number)
    os.kill(os.getpid(), number)
    os.getppid()


def by_queue(sender):
    """As sigqueue does, but with a sender of one's own choice: the kernel lets it."""
    ignoring(signal.SIGUSR1)
    information = struct.pack("=iii4xi", signal.SIGUSR1, 0, -1, sender).ljust(128, b"\0")
    assert LIBC.syscall({"x86_64": 129, "aarch64": 138}[os.uname().machine], os.getpid(), signal.SIGUSR1, information) == 0


def by_timer():
    ignoring(signal.SIGALRM)
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    time.sleep(0.05)


def by_child():
    ignoring(signal.SIGCHLD)
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)


def by_fault():
    faulthandler.disable()  # pytest's would send itself another
    ctypes.string_at(16)


SIGNALS = [
    ("a process, to itself", lambda: by_itself(signal.SIGUSR1), signal.SIGUSR1, "itself", 0),
    ("a real-time signal", lambda: by_itself(signal.SIGRTMIN + 3), signal.SIGRTMIN + 3, "itself", 0),
    ("a thread, to itself", lambda: (ignoring(10), signal.raise_signal(10)), signal.SIGUSR1, "itself", 0),
    ("whom the sender names", lambda: by_queue(4321), signal.SIGUSR1, 4321, 0),
    ("a timer", by_timer, signal.SIGALRM, 0, 0),
    ("a child that ended", by_child, signal.SIGCHLD, "child", 0),
    ("the memory", by_fault, signal.SIGSEGV, 0, -signal.SIGSEGV),
]


@pytest.mark.parametrize(("act", "number", "sender", "status"), [row[1:] for row in SIGNALS], ids=[row[0] for row in SIGNALS])
def test_a_signal_and_who_sent_it(told, act, number, sender, status):
    seen = told(act, "signal_deliver", status=status)
    children = [event.tid for event in seen.of("clone") if event.res == 0 and event.tid != seen.pid]
    from_whom = seen.pid if sender == "itself" else children[0] if sender == "child" else sender
    assert [(event.tid, event.spid, event.dpid, event.sig) for event in seen.of("signaldeliver")] == [
        (seen.pid, from_whom, seen.pid, number)
    ]


def test_a_kill_is_delivered_without_its_sender(told):
    seen = told(lambda: os.kill(os.getpid(), signal.SIGKILL), "signal_deliver", status=-signal.SIGKILL)
    event = seen.one("signaldeliver")
    assert (event.spid, event.sig) == (0, signal.SIGKILL)


# -- page faults
PAGE = mmap.PAGESIZE


def touch(pages, address_to):
    """Writes the first pages of a fresh mapping, reads one more; tells where it lies."""
    area = mmap.mmap(-1, (pages + 1) * PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    address = ctypes.addressof(ctypes.c_char.from_buffer(area))
    os.write(address_to, struct.pack("Q", address))
    for k in range(pages):
        area[k * PAGE] = 1
    assert area[pages * PAGE] == 0


def test_the_process_faults(told):
    told_by, tell = os.pipe()
    seen = told(lambda: touch(5, tell), "page_fault_user", "page_fault_kernel")
    address = struct.unpack("Q", os.read(told_by, 8))[0]
    os.close(told_by)
    os.close(tell)
    faults = {event.addr - address: event.error for event in seen.of("page_fault") if address <= event.addr < address + 6 * PAGE}
    pages = {offset // PAGE: error for offset, error in faults.items()}
    assert pages == dict.fromkeys(range(5), NOT_PRESENT | WRITE | USER) | {5: NOT_PRESENT | READ | USER}
    assert all(event.tid == seen.pid and 0 < event.ip < 1 << 47 for event in seen.of("page_fault") if event.error & USER)


def test_the_kernel_faults_for_it(told):
    """A read into memory that nobody has touched yet."""
    told_by, tell = os.pipe()

    def act():
        area = mmap.mmap(-1, PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        address = ctypes.addressof(ctypes.c_char.from_buffer(area))
        os.write(tell, struct.pack("Q", address))
        with open("/dev/zero", "rb", buffering=0) as zero:
            zero.readinto(area)

    seen = told(act, "page_fault_user", "page_fault_kernel")
    address = struct.unpack("Q", os.read(told_by, 8))[0]
    os.close(told_by)
    os.close(tell)
    (fault,) = (event for event in seen.of("page_fault") if address <= event.addr < address + PAGE)
    assert fault.error == NOT_PRESENT | WRITE | SUPERVISOR and fault.ip >> 47 and fault.tid == seen.pid


# -- switches
def test_who_leaves_the_processor_for_whom(told):
    """Two that wake each other by pipes on one processor."""

    def act():
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        to, fro = os.pipe(), os.pipe()
        pid = os.fork()
        for _ in range(20):
            if pid:
                os.write(to[1], b"x")
                os.read(fro[0], 1)
            else:
                os.read(to[0], 1)
                os.write(fro[1], b"x")
        if pid:
            os.waitpid(pid, 0)
        else:
            os._exit(0)

    seen = told(act, "sched_switch")
    switches = seen.of("switch")
    (child,) = {event.tid for event in seen.of("clone") if event.res == 0} - {seen.pid}
    assert {event.tid for event in switches} == {seen.pid, child}, "only the watched leave"
    pairs = [(event.tid, event.next) for event in switches]
    assert pairs.count((seen.pid, child)) >= 15 and pairs.count((child, seen.pid)) >= 15
    mine = [event for event in switches if event.tid == seen.pid]
    assert all(0 < event.vm_rss < event.vm_size for event in mine[1:])
    assert [event.pgft_min for event in mine] == sorted(event.pgft_min for event in mine)


# -- on and off
def test_nobody_asks_nothing_is_told(stage, probe):
    assert probe.tracepoints() == set()
    seen = stage.run(lambda: (by_itself(signal.SIGUSR1), touch(3, 2)))
    assert not seen.of("signaldeliver", "page_fault", "switch")


def test_without_a_capability_they_come_and_go():
    """On kernels before 5.19 this needs CAP_BPF, as switching calls on and off does."""
    reason = lacking()
    if reason:
        pytest.skip(reason)
    if tuple(map(int, os.uname().release.split(".")[:2])) < (5, 19):
        pytest.skip("before 5.19")
    with Probe.start(Options(events=1 << 20, life=1 << 20)) as probe:
        pid = os.fork()
        if not pid:
            status = 1
            try:
                drop("65534:65534")
                probe.want_tracepoints({"signal_deliver"})
                probe.want_tracepoints({"sched_switch"})
                status = probe.tracepoints() != {"sched_switch"}
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


BUSY = """
import os, signal
signal.signal(signal.SIGCHLD, lambda *_: None)
for k in range(300):
    os.waitpid(os.fork() or os._exit(0), 0)
"""


def test_what_was_made_is_accounted_for(probe):
    """Many faults, switches and signals on their way to the pipeline: nothing is missing."""
    rules = load_rules_of("evt.type in (page_fault, switch, signaldeliver)")
    alerts = []
    rules.sink = alerts.append
    run = follow(probe, [sys.executable, "-c", BUSY], [rules])
    rows = {row.name: 0 for row in run.source.account.rows()}
    for row in run.source.account.rows():
        assert row.missing == 0
        rows[row.name] += row.delivered
    assert rows["> page_fault"] > 3000 and rows["> switch"] > 300 and rows["> signaldeliver"] == 300
    assert run.source.lost == 0
    assert probe.tracepoints() == FAULTS | {"sched_switch", "signal_deliver"}
    probe.want_tracepoints(())


# -- all the way
def load_rules_of(condition):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(f"- rule: asked\n  desc: x\n  condition: {condition}\n  output: '%evt.type %evt.args'\n  priority: INFO\n")
        file.flush()
        return load_rules([file.name], rule_matching="all")


STORY = """
import os, signal, time
signal.signal(signal.SIGUSR1, lambda *_: None)
os.kill(os.getpid(), signal.SIGUSR1)
time.sleep(0.01)
bytearray(1 << 20)
"""
ASKED = "evt.type in (page_fault, switch, signaldeliver)"


@pytest.fixture(scope="module")
def recorded(probe, tmp_path_factory):
    path = tmp_path_factory.mktemp("recorded") / "a.scap"
    rules, alerts = load_rules_of(ASKED), []
    rules.sink = alerts.append
    recorder = Recorder(Pieces(str(path), enters=True))
    recorder.begin_capture(None)
    run = follow(probe, [sys.executable, "-c", STORY], [rules, recorder])
    probe.want_tracepoints(())
    recorder.finish()
    assert run.source.lost == 0
    return str(path), alerts


def test_a_replay_raises_what_was_raised(recorded):
    path, alerts = recorded
    again = []
    assert replay(path, load_rules_of(ASKED), again.append).errors == []
    assert {alert.output.split()[2] for alert in alerts} == {"page_fault", "switch", "signaldeliver"}
    assert [alert.output for alert in again] == [alert.output for alert in alerts]


def test_sysdig_prints_the_same_lines(recorded, sysdig):
    path, _ = recorded
    ours = subprocess.run([*FIRMER, "dig", "-r", path], capture_output=True, check=True).stdout.splitlines()
    theirs = subprocess.run([sysdig, "-r", path], capture_output=True, check=True).stdout.splitlines()
    of_ours = [line for line in theirs if line.split()[6:7] and line.split()[6] in (b"page_fault", b"switch", b"signaldeliver")]
    assert len(of_ours) > 100
    assert [line for line in ours if line in set(of_ours)] == of_ours
    same = sum(block.size for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks())
    assert same >= 0.97 * max(len(ours), len(theirs))


WHO_SEES = [
    ({}, {"signaldeliver"}),
    ({"page_faults": True}, {"signaldeliver", "page_fault"}),
    ({"filter": "evt.type!=signaldeliver"}, set()),
    ({"filter": "evt.type=switch or evt.type=signaldeliver"}, {"switch", "signaldeliver"}),
    ({"filter": "evt.type in (page_fault)"}, {"page_fault"}),
]


@pytest.mark.parametrize(("options", "found"), WHO_SEES, ids=[str(row[0]) for row in WHO_SEES])
def test_dig_shows_them_to_who_asks(options, found, dig_child):
    child = subprocess.Popen([sys.executable, "-c", "input();" + STORY.replace("\n", ";").strip(";")], stdin=subprocess.PIPE)
    printed = dig_child(child, "%evt.type", **options)
    assert set(printed.split()) & {"signaldeliver", "page_fault", "switch"} == found
