"""Every declared call, made by a program of ours: event type, number of parameters and values are what it did (calls.txt)."""

import errno
import json
import re
import struct
import subprocess
from pathlib import Path

import pytest
from live.ringreader import Reader, Record
from live.stage import TIME_LIMIT

HERE = Path(__file__).resolve().parent
PROBE = HERE.parents[1] / "probe"
EVENTS = json.loads((PROBE / "events.json").read_text())
IDS = {event["enum"]: event["id"] for event in EVENTS}
MARK = 0x6D61726B
ARENA = 0x20000000
SIGNED = {"INT8", "INT16", "INT32", "INT64", "ERRNO", "FD", "PID"}
TEXTS = {"CHARBUF", "FSPATH", "FSRELPATH"}
LONG = bytes(range(200))
LINES = [line for line in (HERE / "calls.txt").read_text().splitlines() if line and not line.startswith("#")]


class Case:
    """One line of calls.txt."""

    def __init__(self, line, syscalls):
        parts = [part.strip() for part in line.split("|")]
        made, _, expected = parts[0].partition(" -> ") if " -> " in parts[0] else parts[0].partition(" ->")
        expected, _, self.result = expected.partition("= ")
        words = made.split()
        self.compat = words[0].startswith("32:")
        self.name = words[0].removeprefix("32:")
        self.expected = expected.split()
        table = syscalls.ia32 if self.compat else syscalls.native
        row = next(row for row in table if row["name"] == self.name)
        self.event = EVENTS[IDS[row["exit"]]]
        self.native = syscalls.numbers[syscalls.twin(self.name) if self.compat else self.name]
        before, after = ([call for call in part.split(";") if call.strip()] for part in (*parts[1:], "", "")[:2])
        steps = [self.call("call", step.split(), syscalls) for step in before]
        steps.append(f"{'test32' if self.compat else 'test'} {row['nr']} {arguments(words[1:])}")
        self.script = ["case", *steps, *(self.call("call", step.split(), syscalls) for step in after)]

    @staticmethod
    def call(kind, words, syscalls):
        return f"{kind} {syscalls.numbers[words[0]]} {arguments(words[1:])}"


def arguments(words):
    return " ".join(re.sub(r"(iov|iov32)\((.*)\):(\d+)", vector, word) for word in words)


def vector(found):
    kind = "<QQ" if found[1] == "iov" else "<II"
    parts = [part.split("/") for part in found[2].split(",")]
    return "=" + b"".join(struct.pack(kind, ARENA + int(at), int(size)) for at, size in parts).hex() + ":" + found[3]


@pytest.fixture(scope="module")
def seen(probe, caller, tmp_path_factory):
    """Line of calls.txt → (its case, what the caller says, the event or None)."""
    cases = [Case(line, probe.syscalls) for line in LINES]
    work = tmp_path_factory.mktemp("calls")
    (work / "dir").mkdir()
    (work / "link_dir").symlink_to("dir")
    (work / "link").symlink_to("file")
    (work / "file").write_text("hello world\n")
    (work / "long").write_bytes(LONG)
    (work / "empty").touch()
    script = [line for case in cases for line in case.script]
    told, found = perform(probe, caller, script, {case.native for case in cases}, work)
    return {line: (case, told.get(k), found.get(k, []), str(work)) for k, (line, case) in enumerate(zip(LINES, cases, strict=True))}


def perform(probe, caller, script, wanted, work):
    """Number of a test → what the caller says; → the events of its process from its mark on."""
    readers = [Reader(ring) for ring in probe.rings]
    for reader in readers:
        reader.read()
    process = subprocess.Popen([caller], cwd=work, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    probe.watch(process.pid)
    probe.want(wanted | {probe.syscalls.numbers["prctl"]})
    answers, _ = process.communicate("\n".join(script) + "\n", timeout=TIME_LIMIT)
    probe.want(())
    probe.unwatch(process.pid)
    records = sorted((Record(block) for reader in readers for block in reader.read()), key=lambda record: record.ts)
    for reader in readers:
        reader.close()
    return {int(line.split()[0]): line.split()[1:] for line in answers.splitlines()}, marked(records)


def marked(records):
    """Number of a test → the events of its process from the mark on."""
    found, current = {}, {}
    for record in records:
        if record.type == IDS["SYSCALL_PRCTL_X"] and record.number(1, False) == MARK:
            current[record.tid] = record.number(3)
        elif record.tid in current:
            found.setdefault(current[record.tid], []).append(record)
    return found


def decode(param, data):
    if not data:
        return "-"
    kind = param["type"]
    if kind in TEXTS:
        assert data[-1] == 0, data
        return '"' + data[:-1].decode().replace(" ", "%20")
    if kind in ("BYTEBUF", "FDLIST"):
        return "x" + data.hex()
    if kind == "DYN":
        return "x" + data.hex()
    return str(int.from_bytes(data, "little", signed=kind in SIGNED))


def wanted(word, arguments, arena, param, work):
    """What `decode` has to give for a word of calls.txt."""
    if re.fullmatch(r"a\d", word):
        value = int(arguments[int(word[1])])
        return str(value - (1 << 64) if value >> 63 and param["type"] in SIGNED else value)
    if re.fullmatch(r"m\d+", word):
        return str(int.from_bytes(arena[int(word[1:]) :][:4], "little", signed=param["type"] in SIGNED))
    if re.fullmatch(r"i-?\d+", word):
        return "x00" + struct.pack("<q", int(word[1:])).hex()
    if re.fullmatch(r"g\d+", word):
        return "x01" + struct.pack("<B", int(word[1:])).hex()
    if word.startswith('s"'):
        return "x01" + word[2:].encode().hex() + "00"
    if word == "LONG":
        return "x" + LONG[:80].hex()
    return word.replace("CWD", work)


# behind the parameters of the table
MORE = {"SYSCALL_MOUNT_X": [{"name": "options", "type": "CHARBUF"}]}


@pytest.mark.parametrize("line", LINES)
def test_event_says_what_was_done(seen, line):
    case, told, records, work = seen[line]
    assert told, "the caller did not get there"
    result, arguments, arena = int(told[0]), told[1:7], bytes.fromhex(told[7])
    if result == -errno.ENOSYS and not case.result:
        pytest.skip("this kernel has no such call")
    if not case.result:
        assert result <= -4096 or result >= 0, f"failed: {errno.errorcode[-result]}"
    elif case.result != "*":
        assert result == (-getattr(errno, case.result) if case.result.startswith("E") else int(case.result))
    assert records, "no event"
    record = records[0]
    assert EVENTS[record.type]["enum"] == case.event["enum"]
    params = case.event["params"] + MORE.get(case.event["enum"], [])
    assert len(record.params) == len(params) == len(case.expected) + bool(params)
    if not params:
        return
    got = [decode(param, data) for param, data in zip(params, record.params, strict=True)]
    kept = 0xFFFFFFFF if case.compat and result < -4096 else ~0  # an address above 2 GB looks negative to a 32-bit caller
    assert int(got[0]) == result & kept
    expect = [wanted(word, arguments, arena, param, work) for word, param in zip(case.expected, params[1:], strict=True)]
    for k, word in enumerate(expect):
        if (word == "*" and got[k + 1] != "-") or (word == "+" and int(got[k + 1]) > 0):
            expect[k] = got[k + 1]
    assert got[1:] == expect


def test_every_declared_event_has_a_case(probe):
    declared = {event for events in json.loads((PROBE / "calls.json").read_text()).values() for event in events}
    tried = {Case(line, probe.syscalls).event["enum"] for line in LINES}
    assert declared - tried == {"SYSCALL_UMOUNT_1_X"} - tried


def test_many_calls_are_tried(probe):
    names = {Case(line, probe.syscalls).name for line in LINES if not line.startswith("32:")}
    assert len(names) >= 115
