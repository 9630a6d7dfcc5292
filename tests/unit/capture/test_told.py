"""What lists cannot say: written, read back, each dialect takes it as it took the events themselves."""

from io import BytesIO

import pytest

from firmer.capture.reader import Reader
from firmer.capture.told import tell
from firmer.capture.writer import Writer
from firmer.events.section import FdEntry, Machine, Section, ThreadEntry
from firmer.state.state import State

INIT, DEAD, SHELL, SERVER, WORKER = 1, 40, 50, 100, 101
THREAD, INVERTED = 1 << 13 | 1, 1 << 16
IPV4, IPV6, TCP, UDP = 3, 4, 2, 3
HERE, THERE = bytes(15) + b"\1", bytes(15) + b"\2"
BEGIN = 5 * 10**18


def process(tid, ptid, **more):
    return ThreadEntry(tid, tid, ptid, comm=b"p%d" % tid, exe=b"/p", cwd=b"/", **more)


def thread(tid, maker, flags=THREAD, **more):
    return ThreadEntry(
        tid, SERVER, SHELL, comm=b"t%d" % tid, exe=b"/p", flags=flags, clone_ts=BEGIN - tid, maker=maker, vtid=tid, vpid=SERVER, **more
    )


def read_back(section, dialect, tmp_path):
    """The state behind what was written, and the events in it."""
    out = BytesIO()
    with Writer(out) as writer:
        writer.section(section, BEGIN)
        # the last thing told takes effect with the next event
        numbered = writer.numbered
    path = tmp_path / "written.scap"
    path.write_bytes(out.getvalue())
    state = State(dialect)
    events = []
    with Reader(str(path)) as reader:
        for event in reader.events_iter():
            if not events:
                state.load(reader.section)
            state.process(event)
            events.append((event.type, event.flags))
    state.snapshot()
    return state, events, numbered


@pytest.mark.parametrize(
    ("made", "falco", "sysdig"),
    [
        (thread(WORKER, SERVER), SHELL, SERVER),
        (thread(WORKER, SERVER, THREAD | INVERTED), SHELL, SERVER),
        (thread(WORKER, 60), 50, 60),  # another process of the table, as a maker that is none of the group
        (thread(WORKER, SERVER, args=b"x\0" * 40_000, cgroups=b"c" * 50_000), SHELL, SERVER),
    ],
)
@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
def test_a_thread_has_the_parent_of_its_process_or_its_maker(made, falco, sysdig, dialect, tmp_path):
    section = Section(threads=[process(SHELL, 0), process(60, SHELL, vtid=60), process(SERVER, SHELL), made])
    if made.maker == 60:
        section.threads[1].pid, section.threads[1].flags = SERVER, THREAD
    state, events, _ = read_back(section, dialect, tmp_path)
    found = state.thread_by_tid(WORKER)
    assert (found.pid, found.ptid, found.comm) == (SERVER, falco if dialect == "falco" else sysdig, b"t101")
    assert found.clone_ts == made.clone_ts and all(flags == 1 for _, flags in events)


@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
def test_an_orphan_has_its_reaper_or_its_dead_parent(dialect, tmp_path):
    section = Section(threads=[process(INIT, 0), process(SERVER, DEAD)], ended={DEAD: INIT})
    state, _, _ = read_back(section, dialect, tmp_path)
    assert state.thread_by_tid(SERVER).ptid == (INIT if dialect == "falco" else DEAD)
    assert state.thread_by_tid(DEAD) is None


SOCKETS = [
    (FdEntry(5, IPV4, sip=bytes(4), dip=bytes(4), l4proto=proto, bare=True, open_flags=4096), b"") for proto in range(6)
] + [
    (FdEntry(5, IPV6, sip=bytes(16), dip=bytes(16), l4proto=TCP, bare=True), b""),
    (FdEntry(5, IPV6, sip=HERE, dip=THERE, sport=1000, dport=443, l4proto=TCP, role=1, name=b"n"), b"::1:1000->::2:443"),
    (FdEntry(5, IPV6, sip=HERE, dip=THERE, sport=1000, dport=53, l4proto=UDP, role=1, name=b"n"), b"::1:1000->::2:53"),
    (FdEntry(5, IPV6, sip=HERE, dip=THERE, sport=1000, dport=80, l4proto=TCP, role=2, name=b"n"), b"::1:1000->::2:80"),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "name"), SOCKETS)
@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
def test_a_socket_that_lists_would_change_stays_as_it_is(entry, name, dialect, tmp_path):
    section = Section(threads=[process(SERVER, 0)], fds={SERVER: [entry, FdEntry(0, 16, name=b"/dev/null")]})
    state, _, _ = read_back(section, dialect, tmp_path)
    fd = state.fd_by(SERVER, 5)
    assert (fd.type, fd.name, fd.l4proto, fd.flags & 3, fd.sport, fd.dport) == (
        entry.type, name, entry.l4proto if entry.l4proto != 1 else 0, entry.role, entry.sport, entry.dport
    )  # fmt: skip
    assert state.fd_by(SERVER, 0).name == b"/dev/null"
    assert state.tids() == [SERVER] and state.thread_by_tid(SERVER).nthreads == 1


def test_each_reader_gets_the_container_events_that_it_got_before(tmp_path):
    record = b'{"container":{"id":"0123456789ab","type":0,"name":"%s"}}'
    section = Section(containers=[record % b"old"], plugin_containers=[record.replace(b"0", b"9") % b"new"], threads=[process(1, 0)])
    state, events, numbered = read_back(section, "falco", tmp_path)
    assert ([kind for kind, _ in events], numbered) == ([324, 402], 1)
    assert [(known.name, known.plugin) for known in state.containers.values()] == [(b"old", False), (b"new", True)]


def test_what_lists_can_say_is_listed():
    threads = [process(1, 0), thread(WORKER, 1)]
    assert tell(Section(machine=Machine(), threads=threads), BEGIN) == (threads, [])  # its process is not there to make it
