"""Dumps hold what was asked for, explain themselves, and merge when they overlap."""

import os
from itertools import chain

import pytest
from scap import CONTAINER, FIRST_TS, OPENAT_E, OPENAT_X, TID, call, head, s64, u32

from firmer.capture.reader import Reader
from firmer.detect.context import Context, Window, create, plain, prepare, stem
from firmer.detect.pipeline import Pipeline
from firmer.rules.load import load_rules
from firmer.state.state import State

SECOND = 10**9
EVENTS = 20
UNKNOWN_TO_SYSDIG = 344  # mlock, an enter event of today


def opened(number, name, at=None):
    """The exit event of an openat, one a second."""
    return call(
        OPENAT_X, s64(number), s64(-100), name.encode() + b"\0", u32(1), u32(0), u32(3), at=1_000_000 * (number if at is None else at)
    )


class Run:
    """A capture of files opened one a second, run under a rule; what the alerts told and what the dumps hold."""

    def __init__(self, folder, alerts, before, after, content=None, **limits):
        folder.mkdir(exist_ok=True)
        (folder / "rules.yaml").write_text(
            "- rule: Opened\n  desc: it was\n  condition: evt.type = openat and fd.name startswith /alert\n  output: o\n  priority: INFO\n"
        )
        if content is None:
            content = [opened(n, f"/alert{n}" if n in alerts else f"/file{n}") for n in range(EVENTS)]
        (folder / "whole.scap").write_bytes(head() + b"".join(content))
        self.told = []
        rules = load_rules([str(folder / "rules.yaml")])
        rules.sink = lambda alert: self.told.append(self.context.alert(pipeline.event, alert.rule, b"nginx"))
        self.context = Context(folder / "dumps", Window.parse(before), Window.parse(after), **limits)
        with Reader(str(folder / "whole.scap")) as reader:
            pipeline = Pipeline(reader, State("falco"), [rules], self.context)
            pipeline.run()
        self.context.finish()

    @property
    def numbers(self):
        """Of the files that each dump shows."""
        return [[int(s64_of(event)) for event in shown(path)] for path in self.context.dumps]

    def alert_events(self):
        """The files at the numbers that the alerts told."""
        for path, number in self.told:
            yield next(s64_of(event) for event in Reader(path).events_iter() if event.num == number)


def s64_of(event):
    return int.from_bytes(event.param_bytes(0), "little", signed=True)


def shown(path):
    return [event for event in Reader(path).events_iter() if not event.flags & 1 and event.type == OPENAT_X]


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("30s", Window(ns=30 * SECOND)),
        ("500ms", Window(ns=SECOND // 2)),
        ("2m", Window(ns=120 * SECOND)),
        ("17", Window(events=17)),
        ("0", Window(events=0)),
    ],
)
def test_a_window_is_a_time_or_a_number_of_events(text, window):
    assert Window.parse(text) == window


@pytest.mark.parametrize("text", ["", "-3", "1.5s", "5 s", "s", "9d", "٣s", "9" * 30])
def test_other_windows_are_refused(text):
    with pytest.raises(ValueError, match="neither a time"):
        Window.parse(text)


WINDOWS = [
    ((10,), "2", "3", [range(8, 14)]),
    ((10,), "0", "0", [range(10, 11)]),
    ((10,), "2s", "3s", [range(8, 14)]),
    ((10,), "0s", "0ms", [range(10, 11)]),
    ((10,), "1999ms", "2999ms", [range(9, 13)]),
    ((10,), "2s", "1", [range(8, 12)]),
    ((0,), "5", "1", [range(2)]),
    ((19,), "1", "5", [range(18, 20)]),
    ((10,), "999999999h", "999999999h", [range(20)]),
    ((10,), "999999999999999999", "999999999999999999", [range(20)]),
    ((5, 6, 7), "1", "1", [range(4, 9)]),
    ((5, 7), "0", "2", [range(5, 10)]),
    ((5, 9), "2", "2", [range(3, 12)]),
    ((5, 9), "1", "2", [range(4, 12)]),  # no event between them
    ((5, 9), "2s", "1s", [range(3, 11)]),
    ((5, 9), "1", "1", [range(4, 7), range(8, 11)]),
    ((5, 9), "1s", "1s", [range(4, 7), range(8, 11)]),
    ((5, 9), "3s", "1", [range(2, 11)]),
    ((3, 10, 17), "1", "1", [range(2, 5), range(9, 12), range(16, 19)]),
]


@pytest.mark.parametrize("segment_bytes", [100, 1000, 1 << 20])
@pytest.mark.parametrize(("alerts", "before", "after", "expected"), WINDOWS)
def test_dumps_reach_as_far_as_asked_and_merge_when_they_overlap(alerts, before, after, expected, segment_bytes, tmp_path):
    run = Run(tmp_path, alerts, before, after, segment_bytes=segment_bytes)
    assert run.numbers == list(map(list, expected))
    assert list(run.alert_events()) == list(alerts)
    assert run.context.shortened == 0 and run.context.failure is None


@pytest.mark.parametrize("segment_bytes", [100, 1 << 20])
def test_a_dump_begins_with_the_state_at_its_first_event(segment_bytes, tmp_path):
    run = Run(tmp_path, (10, 15), "2", "0", segment_bytes=segment_bytes)
    for path, first in zip(run.context.dumps, (8, 13), strict=True):
        reader = Reader(path)
        list(reader.events_iter())
        assert {fd.fd: fd.name for fd in reader.section.fds[TID]} == {
            n: f"/{'alert' if n == 10 else 'file'}{n}".encode() for n in range(first)
        }


def test_enter_events_whose_exit_is_in_the_window_come_along_unseen(tmp_path):
    content = [
        call(OPENAT_E, s64(-100), b"/alert\0", u32(1), u32(0)),
        call(OPENAT_X, s64(1), s64(-100), b"/file1\0", u32(1), u32(0), u32(3), tid=78, at=2_000_000),
        call(OPENAT_X, s64(7), s64(-100), b"/alert\0", u32(1), u32(0), u32(3), at=3_000_000),
    ]
    run = Run(tmp_path, (), "0", "0", content)
    events = list(Reader(run.context.dumps[0]).events_iter())
    assert [(event.type, event.flags & 1) for event in events] == [(OPENAT_E, 1), (OPENAT_X, 0)]
    assert run.told == [(run.context.dumps[0], 2)]


def test_containers_lead_the_dump_and_count(tmp_path):
    box = b'{"container":{"id":"0123456789ab","type":0,"name":"web","image":"nginx"}}\0'
    run = Run(tmp_path, (), "1", "0", [call(CONTAINER, box), *[opened(n, "/alert" if n == 3 else "/file") for n in range(1, 4)]])
    assert run.told == [(run.context.dumps[0], 3)]
    assert [event.type for event in Reader(run.context.dumps[0]).events_iter()] == [CONTAINER, OPENAT_X, OPENAT_X]


def test_events_that_sysdig_does_not_know_take_no_number(tmp_path):
    run = Run(tmp_path, (), "9", "0", [call(UNKNOWN_TO_SYSDIG), opened(1, "/file"), opened(2, "/alert")])
    assert run.told == [(run.context.dumps[0], 2)]
    assert len(list(Reader(run.context.dumps[0]).events_iter())) == 3


def test_a_section_begins_anew(tmp_path):
    content = [opened(1, "/file"), opened(2, "/alert"), head(), opened(3, "/alert"), opened(4, "/file")]
    assert Run(tmp_path, (), "9", "9", content).numbers == [[1, 2], [3, 4]]


def test_the_memory_limit_shortens_and_is_counted(tmp_path):
    run = Run(tmp_path, (19,), "15", "0", segment_bytes=300, limit_bytes=2000)
    assert run.context.shortened == 1
    assert 1 < len(run.numbers[0]) < 16
    assert run.numbers[0][-1] == 19


@pytest.mark.parametrize(
    ("numbers", "shortened"), [pytest.param(EVENTS, 0, id="descriptors stay"), pytest.param(3, 1, id="descriptors go")]
)
def test_what_the_ring_alone_still_holds_counts_for_the_memory_limit(numbers, shortened, tmp_path):
    content = [opened(n % numbers, "/alert" if n == 19 else f"/file{n}", at=n) for n in range(EVENTS)]
    run = Run(tmp_path, (), "15", "0", content, segment_bytes=300, limit_bytes=5000)
    assert run.context.shortened == shortened and len(run.context.dumps) == 1


def test_a_dump_ends_where_the_memory_limit_took_what_would_join_two(tmp_path):
    run = Run(tmp_path, (3, 18), "15", "0", segment_bytes=300, limit_bytes=2000)
    assert len(run.numbers) == 2 and run.context.shortened == 1
    assert run.numbers[1][-1] == 18


def test_events_without_a_sensible_time_break_nothing(tmp_path):
    odd = [0, (1 << 64) - 1 - FIRST_TS, (1 << 63) - FIRST_TS]
    content = [opened(1, "/alert"), *[call(OPENAT_X, s64(9), at=0) for _ in odd], opened(2, "/alert")]
    for k, shift in enumerate(odd):
        block = bytearray(content[1 + k])
        block[10:18] = ((FIRST_TS + shift) % (1 << 64)).to_bytes(8, "little")
        content[1 + k] = bytes(block)
    run = Run(tmp_path, (), "30s", "10s", content)
    assert list(run.alert_events()) == [1, 2]


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Shell in container", "Shell-in-container"),
        ("../../etc/passwd", "etc-passwd"),
        ("\x1b[31mred", "31mred"),
        ("", "unknown"),
        ("a" * 99, "a" * 40),
    ],
)
def test_names_of_dumps_cannot_escape_the_folder(text, safe):
    assert plain(text) == safe
    assert stem(FIRST_TS, "R", text.encode()) == f"2023-11-14T22-13-20.000000000_R_{safe}"


def test_dumps_are_never_overwritten(tmp_path):
    made = []
    for _ in range(3):
        path, file = create(str(tmp_path), "name", 7)
        file.close()
        made.append(os.path.basename(path))
    assert made == ["name.scap", "name-7.scap", "name-7-2.scap"]


def test_a_folder_that_cannot_be_is_told_at_once(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        prepare(str(tmp_path / "file"))


def test_when_no_dump_can_be_written_the_alerts_go_on(tmp_path, monkeypatch):
    monkeypatch.setattr("firmer.detect.context.prepare", lambda folder: None)  # it vanished since
    run = Run(tmp_path, (2, 9), "0", "0")
    assert run.told == [None, None]
    assert "No such file or directory" in run.context.failure


def test_dumps_are_for_their_owner_only(tmp_path):
    run = Run(tmp_path, {3}, "1", "1")
    assert (tmp_path / "dumps").stat().st_mode & 0o777 == 0o700
    assert os.stat(run.context.dumps[0]).st_mode & 0o777 == 0o600


def test_the_oldest_dumps_make_room_and_nothing_else_does(tmp_path):
    (tmp_path / "dumps").mkdir()
    foreign = [tmp_path / "dumps" / name for name in ("a.scap", "2020-01-01.scap", "2020-01-01T00-00-00.000000000_x_y.txt")]
    old = [tmp_path / "dumps" / f"2020-01-0{day}T00-00-00.000000000_Rule_sh.scap" for day in (1, 2, 3)]
    for path in foreign + old:
        path.write_bytes(b"x" * 1000)
    run = Run(tmp_path, {3}, "1", "1", total_bytes=1500, largest_bytes=400)
    assert [path.exists() for path in old] == [False, False, True]
    assert all(path.exists() for path in foreign)
    assert run.context.removed == 2 and os.path.exists(run.context.dumps[0])


@pytest.mark.parametrize("segment_bytes", [100, 1000, 1 << 20])
@pytest.mark.parametrize(
    ("alerts", "before", "after"), [(range(EVENTS), "5", "5"), ((9,), "9", "9"), ((4, 12), "4", "3"), ((3, 18), "2", "8")]
)
def test_a_dump_that_grows_too_large_is_continued_in_another(alerts, before, after, segment_bytes, tmp_path):
    size = len(opened(10, "/alert10"))
    whole = Run(tmp_path / "one", alerts, before, after, segment_bytes=segment_bytes)
    run = Run(tmp_path / "many", alerts, before, after, segment_bytes=segment_bytes, largest_bytes=3 * size)
    assert list(chain(*run.numbers)) == list(chain(*whole.numbers)) and len(run.numbers) > len(whole.numbers)
    assert max(map(len, run.numbers)) <= 4 and run.context.cut == len(run.numbers) - len(whole.numbers)
    assert list(run.alert_events()) == list(alerts)
    for path, numbers in zip(run.context.dumps, run.numbers, strict=True):
        reader = Reader(path)
        list(reader.events_iter())
        assert [fd.fd for fd in reader.section.fds[TID]] == list(range(numbers[0]))


def test_dumps_of_a_source_without_enter_events_get_some(tmp_path):
    run = Run(tmp_path, (3,), "1", "0", enters=True)
    events = [(event.type, event.flags) for event in Reader(run.context.dumps[0]).events_iter()]
    assert events == [(OPENAT_E, 0), (OPENAT_X, 0)] * 2
    assert run.told[0][1] == 4
