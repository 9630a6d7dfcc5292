"""Enter events are made where they lack, and say what the exits know."""

import io

import pytest
from scap import CLOSE_E, CLOSE_X, OPENAT_E, OPENAT_X, READ_X, call, head, s64, u32

from firmer.capture.encode import encode_event, state_only
from firmer.capture.reader import Reader, read_all
from firmer.capture.writer import Writer

EXECVE_X, CLONE_X, PROCEXIT, CONNECT_X, SWITCH = 293, 223, 186, 23, 152
OPEN_BEGINS = s64(-100), b"/a\0", u32(1), u32(0)


def through(tmp_path, *blocks, enters=True):
    """What a writer with `enters` makes of the events, as (type, flags, parameters)."""
    (tmp_path / "in").write_bytes(head() + b"".join(blocks))
    out = io.BytesIO()
    with Reader(str(tmp_path / "in")) as reader, Writer(out, enters=enters) as writer:
        for step in reader.steps():
            writer.write(step) if hasattr(step, "raw_bytes") else writer.section(step)
        count, numbered = writer.events, writer.numbered
        writer.flush()
        (tmp_path / "out").write_bytes(out.getvalue())
    events = [
        (event.type, event.flags, [event.raw_bytes(k) or b"" for k in range(event.nparams)]) for event in read_all(str(tmp_path / "out"))
    ]
    assert len(events) == count >= numbered
    return events


@pytest.mark.parametrize(
    ("params", "enter"),
    [
        ((READ_X, s64(4), b"abcd", s64(7), u32(99)), (READ_X - 1, 0, [s64(7), u32(99)])),
        ((READ_X, s64(4), b"abcd"), (READ_X - 1, 0, [s64(0), u32(0)])),
        ((CLOSE_X, s64(0), s64(5)), (CLOSE_E, 0, [s64(5)])),
        ((CONNECT_X, s64(0), b"\1", s64(5), b"\2ab"), (CONNECT_X - 1, 0, [s64(5), b"\2ab"])),
    ],
)
def test_what_the_exit_knows_its_enter_event_says(params, enter, tmp_path):
    assert through(tmp_path, call(*params)) == [enter, (params[0], 0, list(params[1:]))]


def test_the_program_of_an_execve_is_its_trusted_path(tmp_path):
    values = [s64(0), b"sh\0", *[b""] * 25, b"/bin/sh\0"]
    made, _ = through(tmp_path, call(EXECVE_X, *values))
    assert made == (EXECVE_X - 1, 0, [b"/bin/sh\0"])


@pytest.mark.parametrize(
    "blocks",
    [
        (call(OPENAT_E, s64(-100), b"/a\0", u32(1), u32(0)), call(OPENAT_X, s64(3), s64(-100), b"/a\0", u32(1), u32(0), u32(0))),
        (call(CLONE_X, s64(0)),),
        (call(PROCEXIT, s64(0)),),
        (call(344),),
        (call(OPENAT_E, s64(-100), b"/a\0", u32(1), u32(0)), call(CLOSE_E, s64(4), tid=9), call(OPENAT_X, s64(3))),
        (call(CLOSE_E, s64(4)), call(SWITCH, s64(9), u32(0), u32(0), u32(0), u32(0), u32(0)), call(CLOSE_X, s64(0), s64(4))),
    ],
)
def test_what_has_one_or_needs_none_gets_none(blocks, tmp_path):
    assert len(through(tmp_path, *blocks)) == len(blocks)


def test_what_ends_within_another_call_takes_nothing_from_it(tmp_path):
    """An operation of io_uring, told under its thread."""
    kinds = [kind for kind, _, _ in through(tmp_path, call(OPENAT_E, *OPEN_BEGINS), call(CLOSE_X, s64(0), s64(4)), call(OPENAT_X, s64(3)))]
    assert kinds == [OPENAT_E, CLOSE_E, CLOSE_X, OPENAT_X]


def test_a_thread_that_ends_in_a_call_leaves_nothing_to_the_next_of_its_number(tmp_path):
    kinds = [kind for kind, _, _ in through(tmp_path, call(CLOSE_E, s64(4)), call(PROCEXIT, s64(0)), call(CLOSE_X, s64(0), s64(4)))]
    assert kinds == [CLOSE_E, PROCEXIT, CLOSE_E, CLOSE_X]


def test_it_is_unseen_when_the_exit_is(tmp_path):
    assert [flags for _, flags, _ in through(tmp_path, state_only(call(CLOSE_X, s64(0), s64(5))))] == [1, 1]


def test_without_being_asked_nothing_is_made(tmp_path):
    assert len(through(tmp_path, call(CLOSE_X, s64(0), s64(5)), enters=False)) == 1


def test_a_long_text_goes_in_whole(tmp_path):
    content = [s64(3), s64(-100), b"a" * 60_000, u32(0), u32(0), u32(0)]
    assert len(through(tmp_path, encode_event(OPENAT_X, 5, 77, content))) == 2
