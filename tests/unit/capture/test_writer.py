"""What is written reads back, in firmer and in the real sysdig."""

import gzip
import io
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scap import CLOSE_X, CONTAINER, LONG_TAIL, SHORT_TAIL, call, fd, head, open_and_close, reader, s64, steps, text, u32

from firmer.capture.reader import Reader
from firmer.capture.writer import Writer
from firmer.errors import BadCapture
from firmer.events.section import FdEntry, Section, ThreadEntry
from firmer.record import replace

CAPTURE = head(LONG_TAIL, [fd(1, 16, u32(1) + text(b"/log") + u32(5))]) + open_and_close() + open_and_close(1)


def rewritten(source, **how):
    file = io.BytesIO()
    with Writer(file, **how) as writer:
        for step in source.steps():
            (writer.section if isinstance(step, Section) else writer.write)(step)
    assert writer.written == len(file.getvalue())
    return file.getvalue()


@pytest.mark.parametrize("compress", [False, True], ids=["plain", "gzip"])
def test_what_was_read_is_written(compress):
    content = rewritten(reader(CAPTURE + head(SHORT_TAIL) + open_and_close()), compress=compress)
    assert steps(gzip.decompress(content) if compress else content) == steps(CAPTURE + head(SHORT_TAIL) + open_and_close())


small = st.integers(0, 2**32 - 1)
texts = st.binary(max_size=40).map(lambda value: value.replace(b"\0", b""))
threads = st.builds(
    ThreadEntry,
    tid=st.integers(-(2**63), 2**63 - 1),
    pid=small,
    ptid=small,
    comm=texts,
    args=st.binary(max_size=40),
    loginuid=small,
    pgid=small,
    tty=small,
)


@given(st.lists(threads, max_size=4), st.lists(st.tuples(st.integers(0, 453), st.lists(st.binary(max_size=300), max_size=32)), max_size=4))
def test_writing_and_reading_is_identity(entries, values):
    section = Section(threads=entries, fds={entry.tid: [FdEntry(1, 1, 2, b"/x")] for entry in entries})
    blocks = [call(kind, *params) for kind, params in values]
    file = io.BytesIO()
    with Writer(file) as writer:
        writer.section(section)
        for block in blocks:
            writer.event_bytes(block)
    assert steps(file.getvalue(), piece=50) == [section, *blocks]


def test_containers_lead_the_events():
    file = io.BytesIO()
    with Writer(file) as writer:
        writer.section(Section(containers=[b'{"container":{}}', b"{}\0"]))
    first, second = (step for step in reader(file.getvalue()).steps() if not isinstance(step, Section))
    assert (first.type, first.tid, first.ts, first.raw_bytes(0)) == (CONTAINER, -1, 0, b'{"container":{}}\0')
    assert second.raw_bytes(0) == b"{}\0"


@pytest.mark.parametrize("compress", [False, True], ids=["plain", "gzip"])
def test_flushed_events_can_be_read_before_the_end(tmp_path, compress):
    path = tmp_path / "a.scap"
    writer = Writer(path, compress=compress)
    writer.section(Section())
    writer.event_bytes(call(CLOSE_X, s64(0)))
    writer.flush()
    assert writer.written == path.stat().st_size
    source = Reader(str(path))
    found = source.steps()
    assert [type(next(found)).__name__ for _ in range(2)] == ["Section", "Event"]
    if compress:  # the member is not complete yet
        with pytest.raises(BadCapture, match="ends within a member"):
            next(found)
    writer.close()
    writer.close()


def test_files_that_take_little_at_a_time_get_everything():
    class Narrow(io.BytesIO):
        def write(self, content):
            return super().write(content[:1000])

    file = Narrow()
    with Writer(file) as writer:
        writer.section(Section())
        for _ in range(10_000):
            writer.event_bytes(call(CLOSE_X, s64(0)))
    assert sum(1 for _ in reader(file.getvalue()).events_iter()) == writer.events == 10_000


def test_unknown_tail_is_refused():
    with pytest.raises(ValueError, match="tail 'middle'"):
        Writer(io.BytesIO(), tail="middle")


@pytest.mark.parametrize("compress", [False, True], ids=["plain", "gzip"])
def test_sysdig_reads_what_is_written(sysdig, tmp_path, compress):
    path = tmp_path / "a.scap"
    path.write_bytes(rewritten(reader(CAPTURE), compress=compress))
    shown = subprocess.run([sysdig, "-r", path, "-p", "%proc.name %evt.type %fd.name"], capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-3:] == ["nginx openat /etc/hosts", "nginx close /etc/hosts", "nginx close /etc/hosts"]


def test_sysdig_takes_descriptors_that_it_does_not_know(sysdig, tmp_path):
    path = tmp_path / "a.scap"
    section = next(reader(CAPTURE).steps())
    with Writer(path) as writer:
        writer.section(replace(section, fds={77: [FdEntry(9, kind, 1, b"new") for kind in range(17, 22)], 999: []}))
        writer.event_bytes(call(CLOSE_X, s64(0)))
    subprocess.run([sysdig, "-r", path], capture_output=True, check=True)


def test_real_captures_rewritten_look_the_same_to_sysdig(shared, sysdig, tmp_path):
    path = tmp_path / "a.scap"
    for capture in sorted((shared / "captures").glob("[!s]*.scap")):
        path.write_bytes(rewritten(Reader(str(capture)), compress=True))
        shown = [subprocess.run([sysdig, "-r", name], capture_output=True).stdout for name in (capture, path)]
        assert shown[0] == shown[1], capture.name
