"""What the probe tells beyond the table: files have it in a notice, and mean the same when they are read."""

import io

import pytest
from unit.conftest import Bytes

from firmer.capture.encode import encode_event
from firmer.capture.reader import Reader
from firmer.capture.writer import Writer
from firmer.events.section import FdEntry, Section, ThreadEntry
from firmer.events.table import event_types
from firmer.state.state import State
from firmer.ui.cli.main import run

OPENAT, MOUNT, ASYNC, TID = 307, 257, 402, 100
NUMBER, FOUR = (5).to_bytes(8, "little"), bytes(4)
AT_FDCWD = (-100).to_bytes(8, "little", signed=True)
TABLE = event_types()


def opened(*addition, name=b"/etc/shadow"):
    return encode_event(OPENAT, 10, TID, [NUMBER, AT_FDCWD, name + b"\0", b"\1\0\0\0", FOUR, FOUR, bytes(8), *addition], 3)


def mounted(*addition):
    return encode_event(MOUNT, 10, TID, [bytes(8), b"overlay\0", b"/m\0", b"overlay\0", FOUR, *addition])


def host():
    return Section(
        threads=[ThreadEntry(TID, TID, 1, comm=b"sh", exe=b"sh", exepath=b"/bin/sh", cwd=b"/tmp/")], fds={TID: [FdEntry(0, 1, 1, b"/x")]}
    )


def capture(*blocks):
    made = io.BytesIO()
    with Writer(made) as writer:
        writer.section(host())
        for block in blocks:
            writer.event_bytes(block)
    return made.getvalue()


def rewritten(tmp_path, *blocks):
    """A file with the events as a writer gives them on."""
    first, second = tmp_path / "1.scap", tmp_path / "2.scap"
    first.write_bytes(capture(*blocks))
    with Reader(str(first)) as reader, Writer(str(second)) as writer:
        writer.section(host())
        for event in reader.events_iter():
            writer.write(event)
    return second


def told(path):
    """(type, parameters, flags) of each event, and the state behind them."""
    state = State("falco")
    found = []
    with Reader(str(path)) as reader:
        for event in reader.events_iter():
            if not found and not state.thread_by_tid(TID):
                state.load(reader.section)
            state.process(event)
            found.append((event.type, event.nparams, event.flags))
    return found, state


SPELLINGS = [
    pytest.param(b"link\0", b"/tmp/link", 2, id="another"),
    pytest.param(b"link\0\1", b"/tmp/link", 2, id="another-and-shared"),
    pytest.param(b"\0\1", None, 2, id="the-same-and-shared"),
    pytest.param(b"", None, 1, id="the-same"),
    pytest.param(b"\0", None, 1, id="the-same-with-its-end"),
]


@pytest.mark.parametrize(("spelling", "claim", "notices"), SPELLINGS)
def test_an_opened_file_means_the_same(tmp_path, spelling, claim, notices):
    events, state = told(rewritten(tmp_path, opened(spelling)))
    fd = state.fd_by(TID, 5)
    assert (fd.name, fd.claim, bool(fd.flags & 1024)) == (b"/etc/shadow", claim, True)
    assert bool(fd.flags & 2048) == spelling.endswith(b"\1")
    assert events == [(ASYNC, 3, 1)] * notices + [(OPENAT, 7, 0)]


def test_no_event_has_more_parameters_than_the_table(tmp_path):
    events, _ = told(rewritten(tmp_path, opened(b"a\0"), mounted(b"lowerdir=/etc\0"), opened(b"b\0", name=b"/m/shadow"), opened(b"")))
    assert all(count <= len(TABLE[kind]["params"]) for kind, count, _ in events)
    assert [kind for kind, _, _ in events] == [ASYNC, ASYNC, OPENAT, ASYNC, MOUNT, ASYNC, OPENAT, OPENAT]


def test_an_overlays_options_are_kept(tmp_path):
    _, state = told(rewritten(tmp_path, mounted(b"lowerdir=/etc\0"), opened(b"", name=b"/m/shadow")))
    assert state.fd_by(TID, 5).aliases == (b"/etc/shadow",)


def test_events_of_other_writers_are_copied(tmp_path):
    more = encode_event(3, 10, TID, [NUMBER] * 3)
    events, state = told(rewritten(tmp_path, opened(), mounted(), more))
    assert [kind for kind, _, _ in events] == [OPENAT, MOUNT, 3]
    assert not state.fd_by(TID, 5).flags & 1024


def test_what_was_written_once_is_written_again_the_same(tmp_path):
    once = rewritten(tmp_path, opened(b"link\0"), opened(b""))
    twice = tmp_path / "3.scap"
    with Reader(str(once)) as reader, Writer(str(twice)) as writer:
        writer.section(host())
        for event in reader.events_iter():
            writer.write(event)
    assert twice.read_bytes() == once.read_bytes()


def test_notices_without_end_are_bounded():
    state = State("falco")
    blocks = [encode_event(ASYNC, 1, tid, [FOUR, b"firmer.addition\0", b"x\0"]) for tid in range(3000)]
    for event in Reader("memory", source=Bytes(capture(*blocks))).events_iter():
        state.process(event)
    assert state.addition_count <= 1024
    assert state.counters == {"spellings of paths: their events did not come": 3000 - 1024}


def test_what_a_filter_hides_is_told_all_the_same(tmp_path):
    (tmp_path / "1.scap").write_bytes(capture(opened(b"link\0")))
    assert run(["dig", "-r", str(tmp_path / "1.scap"), "-w", str(tmp_path / "2.scap"), "evt.type=close"]) == 0
    events, state = told(tmp_path / "2.scap")
    assert events == [(ASYNC, 3, 1)] * 2 + [(OPENAT, 7, 1)]
    assert state.fd_by(TID, 5).claim == b"/tmp/link"


def test_a_name_that_is_a_claim_all_the_same_stays_one(tmp_path):
    """The probe found no file for the descriptor; others of the section have the kernel's names."""
    events, state = told(rewritten(tmp_path, opened(b""), opened()))
    assert [kind for kind, _, _ in events] == [ASYNC, OPENAT, ASYNC, OPENAT]
    assert not state.fd_by(TID, 5).flags & 1024


# -- calls that sysdig 0.29.3 does not know --------------------------------------------------------------------------------
GENERIC, MSEAL, NATIVE = 1, 460, 462
CODES = [
    pytest.param(MSEAL, True, 0, id="unknown"),
    pytest.param(41, True, 41, id="known"),
    pytest.param(MSEAL, False, MSEAL, id="for-others"),
]


def generic(code):
    return encode_event(GENERIC, 10, TID, [code.to_bytes(2, "little"), NATIVE.to_bytes(2, "little")])


def codes(path, complete=True):
    state, out = State("falco"), []
    with Reader(str(path)) as reader:
        for event in reader.events_iter():
            stored = event.raw_bytes(0)
            if complete:
                state.process(event)
            if event.type == GENERIC:
                out.append((int.from_bytes(stored, "little"), int.from_bytes(event.raw_bytes(0), "little")))
    return out


def copied(source, target, *, enters):
    with Reader(str(source)) as reader, Writer(str(target), enters=enters) as writer:
        writer.section(host())
        state = State("falco")
        for event in reader.events_iter():
            state.process(event)
            writer.write(event)


@pytest.mark.parametrize(("code", "for_sysdig", "stored"), CODES)
def test_a_call_keeps_its_code(tmp_path, code, for_sysdig, stored):
    (tmp_path / "1.scap").write_bytes(capture(generic(code)))
    copied(tmp_path / "1.scap", tmp_path / "2.scap", enters=for_sysdig)
    assert codes(tmp_path / "2.scap") == [(stored, code)]


def test_a_copy_of_a_copy_has_one_notice(tmp_path):
    (tmp_path / "1.scap").write_bytes(capture(generic(MSEAL), generic(MSEAL)))
    copied(tmp_path / "1.scap", tmp_path / "2.scap", enters=True)
    copied(tmp_path / "2.scap", tmp_path / "3.scap", enters=True)
    assert (tmp_path / "2.scap").read_bytes() == (tmp_path / "3.scap").read_bytes()


LIES = [b"", b"\xcc", b"\xcc\1\0", b"\0\0", b"\xff\xff"]


@pytest.mark.parametrize("data", LIES)
def test_a_notice_that_lies_harms_nothing(tmp_path, data):
    lie = encode_event(ASYNC, 9, TID, [FOUR, b"firmer.code\0", data])
    (tmp_path / "1.scap").write_bytes(capture(lie, generic(0), lie, generic(7), lie, opened()))
    found = codes(tmp_path / "1.scap")
    assert [stored for stored, _ in found] == [0, 7] and found[1][1] == 7
    assert run(["dig", "-r", str(tmp_path / "1.scap"), "--complete", "-p", "%evt.type %evt.args"]) == 0


BY_HANDLE = encode_event(337, 10, TID, [NUMBER, AT_FDCWD, FOUR, b"/f\0", FOUR, bytes(8), b""])  # 0.29.3 does not know its type


@pytest.mark.parametrize(("block", "numbered", "notices"), [(opened(b"link\0"), 1, 2), (BY_HANDLE, 0, 1)], ids=["openat", "by-handle"])
def test_only_what_sysdig_knows_has_a_number_there(tmp_path, block, numbered, notices):
    (tmp_path / "1.scap").write_bytes(capture(block))
    with Reader(str(tmp_path / "1.scap")) as reader, Writer(io.BytesIO()) as writer:
        for event in reader.events_iter():
            writer.write(event)
        assert (writer.numbered, writer.events) == (numbered, notices + 1)
