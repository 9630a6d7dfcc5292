"""Whatever a caller passes, an event of a declared call is whole: its type, as many parameters as the table has, each as wide as its type."""

import random
import runpy

import pytest
from live.test_calls import EVENTS, IDS, PROBE, TEXTS, perform

ARENA, SIZE = 0x20000000, 1 << 16
POINTERS = [0, 1, 16, ARENA, ARENA + 4093, ARENA + SIZE - 3, ARENA + SIZE, 0x7FFFFFFFEFFF, 0xFFFFFFFF81000000, (1 << 64) - 1, 1 << 63]
NUMBERS = [0, 1, 2, 3, 63, 64, 1024, 1 << 16, 1 << 31, (1 << 32) - 1, 1 << 32, (1 << 64) - 1]
# what each may take without doing harm: p a pointer, n a number, a number as it stands
HARMLESS = [
    "stat p p", "lstat p p", "newfstatat -1 p p n", "access p n", "rename p p", "symlinkat p -1 p", "chown p n n", "mknodat -1 p n n",
    "chdir p", "getcwd p 0", "fsconfig -1 n p p n", "quotactl 0x80000700 p n p", "quotactl 0x80000500 p n p", "quotactl 0x80000400 p n p",
    "read -1 p n", "write -1 p n", "pread64 -1 p n n", "pwrite64 -1 p n n", "readv -1 p n", "writev -1 p n", "preadv -1 p n n", "pwritev -1 p n n",
    "process_vm_readv 99999999 p n p n n", "process_vm_writev 99999999 p n p n n", "poll p n 0", "ppoll p n p p n",
    "keyctl 6 n p n", "keyctl 10 n p p n", "keyctl 24 n n p p", "keyctl 29 n p p", "keyctl 99 n n n n", "semop -1 p n", "semctl -1 n n n",
    "prctl 16 p", "prctl 37 p", "prctl 99999 n", "getresuid p p p", "getresgid p p p", "getrlimit n p", "prlimit64 99999999 n p p",
    "setrlimit 99 p", "nanosleep 16 p", "futex p 129 n", "io_uring_setup 0 p", "io_uring_enter -1 n n n p n", "io_uring_register -1 n p n",
    "sendfile -1 -1 p n", "splice -1 p -1 p n n", "signalfd4 -1 p n n", "memfd_create p n", "ioctl -1 n p", "init_module p n p",
    "delete_module p n", "bpf 99999 p n", "seccomp 99 n p", "capset p p", "pipe p",
]  # fmt: skip
WIDTHS = runpy.run_path(str(PROBE / "generate.py"))["WIDTHS"]
EACH = 12  # times


def script_of(syscalls):
    chance = random.Random(1)
    for line in HARMLESS * EACH:
        name, *words = line.split()
        values = [chance.choice({"p": POINTERS, "n": NUMBERS}.get(word, [word])) for word in words]
        yield line, f"test {syscalls.numbers[name]} {' '.join(map(str, values))}"


@pytest.fixture(scope="module")
def seen(probe, caller, tmp_path_factory):
    lines, steps = zip(*script_of(probe.syscalls), strict=True)
    wanted = {probe.syscalls.numbers[line.split()[0]] for line in lines}
    script = [word for step in steps for word in ("case", step)]
    before = {(count.cpu, count.type): count for count in probe.counters()}
    told, found = perform(probe, caller, script, wanted, tmp_path_factory.mktemp("hostile"))
    lost = sum(count.dropped + count.big for count in probe.counters()) - sum(count.dropped + count.big for count in before.values())
    return lines, told, found, lost


def test_no_call_is_missing_and_none_is_lost(seen):
    lines, told, found, lost = seen
    assert len(told) == len(found) == len(lines) and lost == 0


@pytest.mark.parametrize("line", HARMLESS)
def test_every_event_is_whole(seen, probe, line):
    lines, _, found, _ = seen
    name = line.split()[0]
    exit_of = {row["name"]: row["exit"] for row in probe.syscalls.native}
    event = EVENTS[IDS[exit_of[name]]]
    for k in (k for k, made in enumerate(lines) if made == line):
        record = found[k][0]
        assert record.type == event["id"] and len(record.params) == len(event["params"])
        for param, data in zip(event["params"], record.params, strict=True):
            kind = param["type"]
            if kind in TEXTS:
                assert not data or data.index(0) == len(data) - 1
            elif kind == "FDLIST":
                assert len(data) == 2 + 10 * int.from_bytes(data[:2], "little")
            elif kind in WIDTHS:
                assert len(data) == WIDTHS[kind]
