"""What was before the probe, from what a scan found and what happened in between: unknown rather than wrong."""

import pytest
from rings import FakeProbe, FakeRing
from scap import FIRST_TS, OPENAT_X, s64, u32
from unit.live.test_source import all_of, clone, closed, opened, state_after

from firmer.detect.pipeline import Pipeline
from firmer.events.section import FdEntry, Section, ThreadEntry
from firmer.events.table import event_types
from firmer.live.before import tells
from firmer.live.scan import Scan
from firmer.live.source import LiveSource
from firmer.rules.load import load_rules
from firmer.state.catalog import handled
from firmer.state.state import State

NEWEST = {(row["name"], row["id"] % 2): row["id"] for row in event_types()}  # the last one of a name is today's
SHELL, CHILD = 7, 8
READ_AT, READ_BY = 1000, 1500
FILES = {3: b"/etc/hosts", 4: b"/etc/passwd", 9: b"/srv/new/log"}


def scanned(probe: FakeProbe, *events):
    """A scan that finds a shell with three files, and a child of init; `events`: (type's name, ns, tid, parameters), while it is at work."""

    def scan(epoch: int) -> Scan:
        for name, ts, tid, params in events:
            probe.event(NEWEST[name, name != "procexit"], ts, tid, params)
        boot = FIRST_TS - epoch  # what the boot clock shows at FIRST_TS
        shell = ThreadEntry(SHELL, SHELL, 1, comm=b"sh", exe=b"sh", exepath=b"/bin/sh", cwd=b"/home/", uid=5, gid=5, sid=SHELL)
        threads = [
            ThreadEntry(1, 1, 0, comm=b"init"),
            shell,
            ThreadEntry(70, SHELL, 1, comm=b"sh"),
            ThreadEntry(CHILD, CHILD, 1, comm=b"child"),
        ]
        fds = {SHELL: [FdEntry(fd, 7, name=path) for fd, path in FILES.items()]}
        pids = (1, SHELL, CHILD)
        return Scan(Section(threads=threads, fds=fds), dict.fromkeys(pids, boot + READ_AT), read_by_ns=dict.fromkeys(pids, boot + READ_BY))

    return scan


def sections(*events):
    """The section of before, None where there is none; the scan's; how many events came between."""
    probe = FakeProbe()
    with LiveSource(probe, scanned(probe, *events)) as source:
        found = all_of(source)
    places = [at for at, step in enumerate(found) if isinstance(step, Section)]
    if len(places) == 1:
        return None, found[0], 0
    first, second = places
    assert first == 0
    return found[0], found[second], second - 1


def fds(section: Section) -> set[int]:
    return {entry.fd for entry in section.fds.get(SHELL, ())}


def entry(section: Section, tid: int = SHELL) -> ThreadEntry | None:
    return next((thread for thread in section.threads if thread.tid == tid), None)


EARLY = ("openat", 1, SHELL, opened(50, b"/early"))  # makes that there is a look back


TOUCHED = [
    ("an open", ("openat", 900, SHELL, opened(3, b"/etc/hosts")), {3}),
    ("an open of a thread", ("openat", 900, 70, opened(3, b"/etc/hosts")), {3}),
    ("a close", ("close", 900, SHELL, closed(4)), {4}),
    ("while it was read", ("close", 1200, SHELL, closed(4)), {4}),
    ("after it was read", ("close", 1600, SHELL, closed(4)), set()),
    ("a copy", ("dup2", 900, SHELL, (s64(4), s64(3), s64(4))), {4}),
    ("a pipe", ("pipe", 900, SHELL, (s64(0), s64(3), s64(4), s64(0))), {3, 4}),
    ("a range", ("close_range", 900, SHELL, (s64(0), u32(4), u32(9), u32(0))), {4, 9}),
    ("flags of a descriptor", ("fcntl", 900, SHELL, (s64(0), s64(3), b"\4")), set()),
    ("a copy by fcntl", ("fcntl", 900, SHELL, (s64(4), s64(3), b"\1")), {4}),
    ("a connection", ("connect", 900, SHELL, (s64(0), b"", s64(3), b"")), {3}),
    ("a connection, after it was read", ("connect", 1600, SHELL, (s64(0), b"", s64(3), b"")), {3}),
    ("of another process", ("close", 900, CHILD, closed(4)), set()),
    ("a failure", ("openat", 900, SHELL, opened(-2, b"/no")), set()),
    ("another name of a file", ("rename", 900, CHILD, (s64(0), b"/srv/new/log.1\0", b"log\0")), {9}),
    ("another name of a folder", ("rename", 2500, CHILD, (s64(0), b"/srv/old\0", b"/srv/new/\0")), {9}),
]


@pytest.mark.parametrize(("event", "gone"), [row[1:] for row in TOUCHED], ids=[row[0] for row in TOUCHED])
def test_descriptors_that_changed_are_left_out(event, gone):
    before, after, _ = sections(EARLY, event)
    assert fds(before) == FILES.keys() - gone
    assert fds(after) == set(FILES)


CHANGED = [
    (
        "a program",
        ("execve", 900, SHELL, (s64(0),)),
        {"comm": b"<NA>", "exe": b"<NA>", "exepath": b"", "uid": 0xFFFFFFFF, "cwd": b"/home/"},
    ),
    ("a program that there is not", ("execve", 900, SHELL, (s64(-2),)), {"comm": b"sh", "uid": 5}),
    ("after it was read", ("execve", 1600, SHELL, (s64(0),)), {"comm": b"sh", "uid": 5}),
    ("a user", ("setuid", 900, SHELL, (s64(0), u32(5))), {"uid": 0xFFFFFFFF, "comm": b"sh"}),
    ("a place", ("chdir", 900, SHELL, (s64(0), b"/home\0")), {"cwd": b"<NA>", "comm": b"sh"}),
    ("a session", ("setsid", 900, SHELL, (s64(7),)), {"sid": -1, "comm": b"sh"}),
    ("a name", ("prctl", 900, SHELL, (s64(0), u32(15), b"sh\0", s64(0))), {"comm": b"<NA>", "exe": b"sh"}),
    ("no name", ("prctl", 900, SHELL, (s64(0), u32(4), b"", s64(1))), {"comm": b"sh"}),
    ("the name of its folder", ("rename", 900, CHILD, (s64(0), b"/x\0", b"/home\0")), {"cwd": b"<NA>", "exepath": b"/bin/sh"}),
    ("the name of its program", ("rename", 900, CHILD, (s64(0), b"/x\0", b"/bin/sh\0")), {"exepath": b"", "cwd": b"/home/"}),
    ("its parent", ("procexit", 900, 99, (s64(0), s64(0), b"\0", b"\0", s64(1))), {"ptid": 0, "comm": b"sh"}),
    ("its parent, after it was read", ("procexit", 1600, 99, (s64(0), s64(0), b"\0", b"\0", s64(1))), {"ptid": 1}),
]


@pytest.mark.parametrize(("event", "facts"), [row[1:] for row in CHANGED], ids=[row[0] for row in CHANGED])
def test_facts_that_changed_are_left_out(event, facts):
    before, after, _ = sections(EARLY, event)
    told = entry(before)
    assert {name: getattr(told, name) for name in facts} == facts
    assert (entry(after).comm, entry(after).uid, entry(after).ptid) == (b"sh", 5, 1)


def test_who_was_born_meanwhile_is_told_by_his_birth():
    birth = ("clone", 500, CHILD, clone(CHILD, CHILD, 0))
    before, after, _ = sections(EARLY, birth)
    assert entry(before, CHILD) is None and entry(after, CHILD) is not None
    thread = ("clone", 500, 70, clone(70, SHELL, 0x20000))
    before, after, _ = sections(EARLY, thread)
    assert entry(before, 70) is None and entry(before) is not None and entry(after, 70) is not None


def test_nothing_early_no_look_back():
    before, after, between = sections(("close", 3000, SHELL, closed(4)), ("execve", 10, 4711, (s64(0),)))
    assert before is None and fds(after) == set(FILES) and between == 0


def test_the_scans_own_records_stay_as_they_are():
    before, after, _ = sections(EARLY, ("execve", 900, SHELL, (s64(0),)))
    assert entry(before) is not entry(after) and entry(after).comm == b"sh"
    assert entry(before, CHILD) is entry(after, CHILD)


# -- all the way -------------------------------------------------------------------------------------------------------------
def test_everything_is_shown_once_in_its_order_and_what_is_newer_counts_again():
    probe = FakeProbe()
    events = [EARLY, ("close", 20, SHELL, closed(50)), ("openat", 3000, SHELL, opened(60, b"/late"))]
    with LiveSource(probe, scanned(probe, *events)) as source:
        first, *between, second, again = all_of(source)
    assert isinstance(first, Section) and isinstance(second, Section)
    assert [event.ts - FIRST_TS for event in between] == [1, 20, 3000]
    assert (again.ts - FIRST_TS, again.flags & 1) == (3000, 1)
    assert (source.looked_back, source.passed_over, source.scans, source.account.missing()) == (2, 0, 1, 0)


def test_the_state_is_the_scans_in_the_end():
    probe = FakeProbe()
    state, _ = state_after(probe, scanned(probe, EARLY, ("close", 20, SHELL, closed(3)), ("openat", 3000, SHELL, opened(60, b"/late"))))
    assert {fd for fd in (3, 4, 9, 50, 60) if state.fd_by(SHELL, fd) is not None} == {3, 4, 9, 60}


def test_more_than_a_chunk_is_all_given():
    probe = FakeProbe(FakeRing(1 << 21), FakeRing(1 << 16, "life"))
    events = [("close", 1 + k, SHELL, (s64(0), s64(100), bytes(20_000))) for k in range(70)]
    with LiveSource(probe, scanned(probe, *events)) as source:
        first, *between, second = all_of(source)
    assert [event.ts - FIRST_TS for event in between] == list(range(1, 71))
    assert isinstance(first, Section) and isinstance(second, Section) and source.looked_back == 70


def test_after_a_loss_nothing_is_said_of_before():
    """What was lost may have changed anything: as many scans as it takes, and then what waited is passed over."""
    probe = FakeProbe()

    def scan(epoch: int) -> Scan:
        found = scanned(probe, EARLY)(epoch)
        probe.count(OPENAT_X, produced=1, dropped=1)
        return found

    with LiveSource(probe, scan) as source:
        steps = all_of(source)
    assert sum(isinstance(step, Section) for step in steps) == 1
    assert source.passed_over == source.looked_back == 3 and source.account.missing() == 0


# -- the table ---------------------------------------------------------------------------------------------------------------
FLOWS = "read write pread pwrite readv writev preadv pwritev sendto sendmsg sendmmsg send recv recvfrom recvmsg recvmmsg".split()
# they change what is no question of names and persons: memory, limits, what is mounted, a second name of a file
OTHERS = "brk mmap mmap2 munmap getrlimit setrlimit prlimit getcwd link linkat symlink symlinkat mount switch syscall".split()
BRINGERS = "container useradded userdeleted groupadded groupdeleted asyncevent".split()


def test_every_change_of_the_state_is_known_here():
    """A handler that is new in the state has its line in live/before.pyx, or here."""
    rows = [row for row in event_types() if handled(row["id"]) and row["name"] not in (*FLOWS, *OTHERS, *BRINGERS)]
    assert len(rows) > 50
    unknown = [row["name"] for row in rows if (row["id"] % 2 or row["name"] == "procexit") and not tells(row["id"])]
    assert unknown == []


def test_consumers_see_what_happened_before_the_scan(tmp_path):
    """An alert of what was over before the process was read; the name of a descriptor that was another then is not told."""
    (tmp_path / "r.yaml").write_text(
        "- rule: r\n  desc: d\n  condition: evt.type in (openat, close)\n  output: '%evt.type|%fd.name|%proc.name'\n  priority: INFO\n"
    )
    rules, alerts = load_rules([str(tmp_path / "r.yaml")]), []
    rules.sink = alerts.append
    probe = FakeProbe()
    events = [
        ("close", 10, SHELL, closed(4)),  # what it was is not known: the scan found another
        ("openat", 20, SHELL, opened(4, b"/etc/passwd")),
        ("openat", 30, SHELL, opened(5, b"/etc/shadow")),
        ("close", 40, SHELL, closed(5)),
        ("close", 3000, SHELL, closed(3)),
    ]
    with LiveSource(probe, scanned(probe, *events)) as source:
        Pipeline(source, State("falco"), [rules], on_progress=source.stop).run()
    assert [alert.output.split()[-1] for alert in alerts] == [
        "close||sh",
        "openat|/etc/passwd|sh",
        "openat|/etc/shadow|sh",
        "close|/etc/shadow|sh",
        "close|/etc/hosts|sh",
    ]
