"""Captures of every generation, sound, odd and broken."""

from itertools import accumulate
from struct import pack, unpack_from

import pytest
from scap import (
    CLOSE_E,
    CLOSE_X,
    CONTAINER,
    LONG_TAIL,
    OPENAT_X,
    PLUGIN,
    READ_X,
    SHORT_TAIL,
    TID,
    call,
    fd,
    group,
    head,
    header,
    interface,
    machine,
    open_and_close,
    reader,
    s64,
    steps,
    text,
    thread,
    u32,
    user,
)

from firmer.capture.encode import block
from firmer.capture.reader import Reader, read_all
from firmer.errors import BadCapture
from firmer.events.section import Section

EARLY_LIST = {1: 0x8000ABCD, 2: 0x8013ABCD, 3: 0x8014ABCD}
LIST = {1: 0x202, 2: 0x207, 3: 0x209, 4: 0x210, 5: 0x211, 6: 0x212, 7: 0x213, 8: 0x214}
CLOSE = call(CLOSE_X, s64(0), s64(3))
SECOND = len(header() + CLOSE)  # where a second event begins


def events(content):
    return [step for step in reader(content).steps() if not isinstance(step, Section)]


def error_of(content):
    """Number of events before the damage, and what is said of it."""
    count = 0
    source = reader(content)
    with pytest.raises(BadCapture) as caught:
        for _ in source.events_iter():
            count += 1
    with pytest.raises(BadCapture, match=r".") as again:
        next(source.steps())
    assert again.value.args == caught.value.args, "damage is damage, however often one asks"
    return count, caught.value


@pytest.mark.parametrize("version", LIST)
@pytest.mark.parametrize("early", [False, True], ids=["released", "early ids"])
def test_first_generation(version, early):
    if early and version not in EARLY_LIST:
        pytest.skip("no early id for this version")
    ids = (0x8002ABCD, 0x8011ABCD, 0x8012ABCD, 0x8001ABCD) if early else (0x201, 0x205, 0x206, 0x203)
    story = open_and_close(generation=1)
    content = b"".join(
        (
            header(minor=0),
            machine(ids[0]),
            block(ids[1], interface(1, counted_entry=False) + interface(4, counted_entry=False)),
            block(ids[2], user(counted_entry=False) + group(counted_entry=False)),
            block((EARLY_LIST if early else LIST)[version], thread(version) + thread(version, tid=78)),
            block(ids[3], s64(TID) + fd(1, 1, text(b"/dev/null"), 1) + fd(2, 16, u32(3) + text(b"/log"), 1)),
            story.replace(pack("<I", 0x204), pack("<I", 0x8010ABCD)) if early else story,
        )
    )
    section, *blocks = steps(content)
    assert [len(found) for found in (section.threads, section.fds[TID], section.interfaces, section.users, section.groups)] == [
        2,
        2,
        2,
        1,
        1,
    ]
    assert [(event.type, event.nparams) for event in events(content)] == [(306, 4), (307, 6), (4, 1), (5, 1)]
    assert b"".join(blocks).replace(pack("<I", 0x8010ABCD), pack("<I", 0x204)) == story


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(call(READ_X, s64(4), b"root"), [s64(4), b"root"], id="today"),
        pytest.param(call(READ_X, s64(4), b"root", generation=1), [s64(4), b"root"], id="first generation"),
        pytest.param(call(READ_X, s64(4), b"root", flags=1, generation=1), [s64(4), b"root"], id="first generation with flags"),
        pytest.param(call(READ_X, generation=1), [], id="first generation without parameters"),
        pytest.param(call(READ_X, b"", b"", generation=1), [b"", b""], id="first generation with absent values"),
        pytest.param(call(READ_X, *[s64(1)] * 32), [s64(1)] * 32, id="more than the table has"),
        pytest.param(call(PLUGIN, u32(1), b"z" * 100_000), [u32(1), b"z" * 100_000], id="large"),
    ],
)
def test_parameters(content, expected):
    (event,) = events(header() + content)
    assert [event.raw_bytes(k) for k in range(event.nparams)] == expected
    assert event.raw_bytes(event.nparams) is None


def test_parameters_beyond_the_most_that_any_table_has_are_left_out():
    body = pack("<HQqIHI", 0, 1, TID, 26 + 40 * 4, READ_X, 40) + pack("<40H", *[2] * 40) + b"ab" * 40
    (event,) = events(header() + block(0x216, body))
    assert event.nparams == 32
    assert event.raw_bytes(31) == b"ab"


@pytest.mark.parametrize("kind", [280, 286])
def test_two_old_types_count_three_bytes_too_many(kind):
    content = bytearray(call(kind, b"id\0", b"", generation=1))
    content[26:30] = u32(unpack_from("<I", content, 26)[0] + 3)
    (event,) = events(header() + bytes(content))
    assert event.nparams == 2


@pytest.mark.parametrize(("flags", "hidden"), [(1, True), (2, False)])
def test_flags_of_a_block(flags, hidden):
    (event,) = events(header() + call(CLOSE_X, s64(0), flags=flags))
    assert event.flags == flags
    assert bool(event.flags & 1) is hidden


def test_type_and_not_block_decides_about_wide_lengths():
    small = bytearray(CLOSE)
    small[:4] = u32(0x221)
    large = bytearray(call(CONTAINER, b"{}\0"))
    large[:4] = u32(0x216)
    assert [event.nparams for event in events(header() + bytes(small) + bytes(large))] == [2, 1]


def test_events_know_where_they_stand():
    first, second = events(header() + open_and_close() + header() + CLOSE)[3:]
    assert (first.num, second.num) == (4, 5), "counted over sections"
    assert (first.cpu, first.tid, first.ts) == (0, TID, 1_700_000_000_000_003_000)
    assert second.block_bytes == CLOSE


def test_today_and_verdict_come_with_the_event():
    entered, left = events(header() + call(CLOSE_E, s64(3)) + CLOSE)
    assert (entered.verdict, left.verdict) == (2, 0)
    assert left.today == CLOSE_X


def test_sections_follow_one_another():
    found = steps(head() + CLOSE + header() + CLOSE)
    assert [type(step) for step in found] == [Section, bytes, Section, bytes]
    assert (len(found[0].threads), len(found[2].threads)) == (1, 0)


@pytest.mark.parametrize(
    ("content", "note"),
    [
        pytest.param(header() + block(0x7777, b"x" * 9) + CLOSE, "blocks of unknown type skipped", id="unknown block before events"),
        pytest.param(header() + CLOSE + block(0x7777, b"x" * 9), "blocks of unknown type skipped", id="unknown block behind events"),
        pytest.param(head() + CLOSE + block(0x218, s64(TID)), "descriptor list behind events ignored", id="late descriptors"),
        pytest.param(head() + CLOSE + block(0x215, thread(9)), "process list behind events ignored", id="late process"),
        pytest.param(header() + CLOSE[:-4] + u32(7), "event blocks whose trailer differs", id="trailer of an event"),
        pytest.param(
            header() + machine(surplus=b"\0" * 8) + CLOSE, "machine info with fields that are not known", id="machine of the future"
        ),
        pytest.param(
            header() + CLOSE + CLOSE.replace(pack("<H", CLOSE_X), pack("<H", 460), 1), "events of unknown type skipped", id="unknown type"
        ),
        pytest.param(head(fds=[fd(3, 99, b"??")]) + CLOSE, "descriptors of unknown type", id="unknown descriptor"),
    ],
)
def test_oddities_are_stepped_over_and_noted(content, note):
    source = reader(content)
    assert sum(1 for _ in source.events_iter()) == 1
    assert source.notes == {note: 1}


def test_options_of_the_section_header_are_skipped():
    assert len(steps(header(options=pack("<HH", 1, 4) + b"note" + u32(0), minor=9) + CLOSE)) == 2


def test_a_capture_without_events_is_noted():
    source = reader(head())
    assert len(list(source.steps())) == 1
    assert source.notes == {"no events in the capture": 1}


def test_interface_list_with_a_short_length_is_mended():
    """As sysdig 0.29.3 and today's dumper make it when they rewrite an old capture."""
    whole = block(0x219, interface(1, b"lo") + interface(2, b"wlp0s20") + interface(1))
    short = u32(len(whole) - 12)
    content = header() + whole[:4] + short + whole[8:-4] + short + machine() + CLOSE
    for piece in (1, 3, 1 << 20):
        section, event = steps(content, piece)
        assert [entry.name for entry in section.interfaces] == [b"lo", b"wlp0s20", b"eth0"]
        assert section.machine.num_cpus == 4 and event == CLOSE


def shrunk(content, at, value, form="<I"):
    """The content with another number at one place."""
    changed = bytearray(content)
    changed[at : at + len(pack(form, value))] = pack(form, value)
    return bytes(changed)


@pytest.mark.parametrize(
    ("content", "count", "offset", "said"),
    [
        pytest.param(b"", 0, 0, "nothing in it", id="empty"),
        pytest.param(b"\n\r", 0, 0, "block header of 8 bytes: 2 bytes left", id="two bytes"),
        pytest.param(b"#!/bin/sh\necho", 0, 0, "no capture: it begins with 23 21", id="a script"),
        pytest.param(shrunk(header(), 8, 0x11223344), 0, 0, "byte order magic 0x11223344", id="magic"),
        pytest.param(header(major=2), 0, 0, "format version 2", id="format version"),
        pytest.param(b"\n\r\r\n" + pack(">IIHHQ", 28, 0x1A2B3C4D, 1, 2, 0), 0, 0, "big-endian", id="big-endian"),
        pytest.param(block(0x0A0D0D0A, b"1234"), 0, 0, "28 bytes expected", id="short section header"),
        pytest.param(header() + machine()[:-4] + u32(1), 0, 28, "machine info of 192 bytes: another length", id="trailer of metadata"),
        pytest.param(header() + block(0x201, b"x" * 40) + CLOSE, 0, 28, "machine info of 52 bytes: a field of", id="short machine info"),
        pytest.param(header() + CLOSE + shrunk(CLOSE, 4, 8), 1, SECOND, "a length of 8 bytes", id="block shorter than its frame"),
        pytest.param(header() + CLOSE + CLOSE[:-7], 1, SECOND, "event block of 60 bytes: 53 bytes left", id="cut event"),
        pytest.param(header() + CLOSE + CLOSE[:5], 1, SECOND, "block header of 8 bytes: 5 bytes left", id="cut block header"),
        pytest.param(header() + CLOSE + shrunk(CLOSE, 4, 2**32 - 4), 1, SECOND, "at most 65544", id="event of four gigabytes"),
        pytest.param(
            header() + CLOSE + shrunk(call(CONTAINER, b""), 4, 2**32 - 4), 1, SECOND, "at most 16777216", id="large event of four gigabytes"
        ),
        pytest.param(
            header() + block(0x7777, b"")[:4] + u32(2**32 - 4),
            0,
            28,
            "of type 0x7777 of 4294967292 bytes",
            id="unknown block of four gigabytes",
        ),
        pytest.param(header() + u32(0x215) + u32(2**32 - 4), 0, 28, "at most 67108864", id="list of four gigabytes"),
        pytest.param(header() + shrunk(CLOSE, 26, 30), 0, 28, "lengths of its parameters", id="event shorter than its parameters"),
        pytest.param(header() + shrunk(CLOSE, 26, 25), 0, 28, "it claims 25 bytes", id="event shorter than its header"),
        pytest.param(header() + shrunk(CLOSE, 26, 2**31), 0, 28, "it claims 2147483648 bytes", id="event longer than its block"),
        pytest.param(header() + shrunk(CLOSE, 32, 2**32 - 1), 0, 28, "claims 4294967295 parameters", id="parameters without end"),
        pytest.param(header() + shrunk(CLOSE, 36, 9, "<H"), 0, 28, "do not add up", id="parameter lengths"),
        pytest.param(header() + block(0x216, b"\0" * 8), 0, 28, "event header of", id="block without room for an event"),
        pytest.param(header() + block(0x217, b""), 0, 28, "event header of", id="block without room for flags"),
        pytest.param(header() + shrunk(call(READ_X, s64(1), generation=1), 32, 7, "<H"), 0, 28, "do not add up", id="no count fits"),
        pytest.param(
            header() + block(0x219, interface(1))[:-4] + u32(45), 0, 28, "its entries cannot be told", id="interface list beyond mending"
        ),
    ],
)
def test_damage_is_told_after_all_events_before_it(content, count, offset, said):
    found, error = error_of(content)
    assert (found, error.offset) == (count, offset)
    assert said in error.reason
    assert error.path == "case.scap"


def test_truncation_anywhere_gives_the_events_before_it_and_one_error():
    metadata, story = head(), open_and_close()
    content = metadata + story
    ends, at = [len(metadata)], 0
    while at < len(story):
        at += unpack_from("<I", story, at + 4)[0]
        ends.append(len(metadata) + at)
    whole_blocks = {0, *ends, *accumulate(len(step) for step in split(metadata))}
    for cut in range(1, len(content)):
        if cut in whole_blocks:
            assert len(events(content[:cut])) == max(0, sum(end <= cut for end in ends) - 1)
        else:
            found, error = error_of(content[:cut])
            assert found == max(0, sum(end <= cut for end in ends) - 1)
            assert "is the capture truncated or still being written?" in error.reason


def split(content):
    while content:
        size = unpack_from("<I", content, 4)[0]
        yield content[:size]
        content = content[size:]


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 11, 64, 65, 333])
def test_split_anywhere_is_whole(piece):
    content = head(LONG_TAIL, [fd(1, 16, u32(1) + text(b"/x"))]) + open_and_close() + block(0x7777, b"") + head() + open_and_close(1)
    assert steps(content, piece) == steps(content)


def test_events_stay_valid_when_their_reader_moves_on():
    kept = events(header() + b"".join(call(OPENAT_X, s64(n), s64(1), b"/%d\0" % n) for n in range(20_000)))
    assert [event.raw_bytes(2) for event in kept] == [b"/%d\0" % n for n in range(20_000)]


def test_a_million_unknown_threads_are_counted_and_not_kept():
    entries = block(0x215, counted_threads(60_000))
    source = reader(header() + entries * 8 + CLOSE)
    assert sum(1 for _ in source.events_iter()) == 1
    assert len(source.section.threads) + source.notes["threads of the process list ignored: too many"] == 480_000


def counted_threads(count):
    return b"".join(thread(9, tid=tid) for tid in range(count))


def test_files_read_by_name(tmp_path):
    path = tmp_path / "a.scap"
    path.write_bytes(head(SHORT_TAIL) + open_and_close())
    assert [event.type for event in read_all(str(path))] == [306, 307, 4, 5]
    with Reader(str(path)) as source:
        assert (source.position, source.size) == (0, 952)
        next(source.steps())
        assert source.position == 952


@pytest.mark.parametrize("name", ["missing.scap", "."])
def test_what_cannot_be_read_is_named(tmp_path, name):
    with pytest.raises(BadCapture, match=r"cannot be (opened|read)"):
        list(read_all(str(tmp_path / name)))


def test_skimming_counts_what_is_left(tmp_path):
    path = tmp_path / "few.scap"
    path.write_bytes(header() + open_and_close() + open_and_close())
    with Reader(str(path)) as few:
        whole = few.skim()
        assert whole == few.events == sum(1 for _ in read_all(str(path))) > 0
