"""The blocks before the events: what is read back, and what is cut to stay readable."""

import pytest
from scap import CLOSE_X, call, reader, s64

from firmer.capture.state_blocks import BLOCK_BYTES, state_blocks
from firmer.events.section import FdEntry, Group, Interface, Machine, Section, ThreadEntry, User
from firmer.record import replace

OLD = ThreadEntry(1, 1, 0, comm=b"init", loginuid=1000, exe_writable=1, cap_effective=7)
FULL = ThreadEntry(
    2,
    2,
    1,
    3,
    4,
    b"sh",
    b"/bin/sh",
    b"/usr/bin/dash",
    b"-c\0ls\0",
    b"/",
    1024,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    12,
    b"A=b\0",
    13,
    14,
    b"cpu=/\0",
    b"/",
    15,
    16,
    17,
    1,
    18,
    19,
    20,
    1,
    21,
    22,
    23,
    1,
    1,
    24,
)
FDS = [
    FdEntry(0, 16, 1, b"/etc/hosts", 1, 2049),
    FdEntry(1, 3, 2, sip=b"\1\2\3\4", dip=b"\5\6\7\x08", sport=1, dport=2, l4proto=2),
    FdEntry(2, 4, 3, sip=bytes(16), dip=bytes(range(16)), sport=3, dport=4, l4proto=3),
    FdEntry(3, 5, 4, dip=b"\0\0\0\0", dport=80, l4proto=2),
    FdEntry(4, 6, 5, dip=bytes(16), dport=80, l4proto=2),
    FdEntry(5, 8, 6, b"/run/x", source=7, destination=8),
    *[FdEntry(kind, kind, 9, b"name") for kind in (2, 7, 9, 10, 11, 12, 13, 14, 15)],
]
WHOLE = Section(
    Machine(4, 5, 6, b"host", 7, 8, (9, 10)),
    [Interface(b"lo", b"\x7f\0\0\1", b"\xff\0\0\0", b"\0\0\0\0", 100), Interface(b"wlan0", bytes(16), bytes(16), bytes(16))],
    [User(0, 0, b"root", b"/root", b"/bin/sh")],
    [Group(0, b"root")],
    [OLD, FULL],
    {1: FDS, 2: []},
)


def read_back(section, tail="auto"):
    notes = {}
    content = b"".join(state_blocks(section, section.threads, tail, notes)) + call(CLOSE_X, s64(0))
    return next(reader(content).steps()), notes


@pytest.mark.parametrize("section", [WHOLE, Section(), Section(threads=[OLD])], ids=["everything", "nothing", "a thread"])
def test_a_section_reads_back_as_it_was(section):
    assert read_back(section) == (section, {})


def entry_bytes(thread, tail):
    """Size of the thread's entry."""
    *_, processes = state_blocks(Section(threads=[thread]), [thread], tail, {})
    return int.from_bytes(processes[8:12], "little")


@pytest.mark.parametrize(
    ("thread", "tail", "more"),
    [
        pytest.param(OLD, "auto", 0, id="nothing would be lost by the short form"),
        pytest.param(replace(OLD, pgid=5), "auto", 47, id="a process group is known"),
        pytest.param(replace(OLD, tty=5), "auto", 47, id="a terminal is known"),
        pytest.param(replace(OLD, exe_lower_layer=1), "auto", 47, id="a layer is known"),
        pytest.param(OLD, "long", 47, id="long is asked for"),
        pytest.param(FULL, "short", 0, id="short is asked for"),
    ],
)
def test_form_of_the_tail(thread, tail, more):
    assert entry_bytes(thread, tail) - entry_bytes(thread, "short") == more


@pytest.mark.parametrize("kind", [17, 18, 19, 20, 21, 99])
def test_types_that_old_readers_refuse_become_unsupported_ones(kind):
    section = Section(threads=[OLD], fds={1: [FdEntry(3, kind, 1, b"[bpf]")]})
    assert read_back(section)[0].fds == {1: [FdEntry(3, 10, 1, b"[bpf]")]}


def test_files_of_the_state_keep_their_flags():
    """State knows one type of file; the block that holds flags is the one to write."""
    section = Section(
        threads=[OLD], fds={1: [FdEntry(3, 1, 1, b"/a", open_flags=1), FdEntry(4, 1, 1, b"/b", dev=2), FdEntry(5, 1, 1, b"/c")]}
    )
    assert [entry.type for entry in read_back(section)[0].fds[1]] == [16, 16, 1]


@pytest.mark.parametrize(
    ("change", "note"),
    [
        pytest.param({"threads": [replace(OLD, comm=b"x" * 2000), FULL]}, "texts cut to what readers allow", id="comm"),
        pytest.param({"threads": [replace(OLD, env=b"x" * 5000), FULL]}, "texts cut to what readers allow", id="env"),
        pytest.param({"users": [User(1, 1, b"x" * 300)]}, "texts cut to what readers allow", id="user"),
        pytest.param({"fds": {1: [FdEntry(1, 1, name=b"x" * 1024)]}}, "texts cut to what readers allow", id="descriptor"),
        pytest.param(
            {"interfaces": [Interface(b"x" * 2000, b"1234", b"1234", b"1234")]}, "texts cut to what readers allow", id="interface"
        ),
        pytest.param({"fds": {9: FDS}}, "descriptor lists of threads that are not listed left out", id="fds without thread"),
        pytest.param({"fds": {1: [FdEntry(1, 3, sip=b"1")]}}, "sockets with an odd address left out", id="socket with an odd address"),
    ],
)
def test_what_readers_would_refuse_is_cut_and_counted(change, note):
    assert read_back(replace(WHOLE, **change))[1] == {note: 1}


def test_long_lists_go_on_in_further_blocks():
    threads = [replace(OLD, tid=tid, env=b"x" * 4000) for tid in range(200)]
    fds = {0: [FdEntry(fd, 1, name=b"y" * 1000) for fd in range(600)]}
    blocks = list(state_blocks(Section(threads=threads, fds=fds), threads, "auto", {}))
    assert len(blocks) == 1 + 4 + 3
    assert max(map(len, blocks)) < BLOCK_BYTES + 100
    section, _ = read_back(Section(threads=threads, fds=fds))
    assert (section.threads, section.fds) == (threads, fds)
