"""Counts of a capture: one pass, no state."""

from scap import CLOSE_X, OPENAT_X, call, head, open_and_close, reader, s64

from firmer.detect.census import Census


def test_counts_by_type_and_layout():
    census = Census()
    census.take(reader(head() + open_and_close(1) + call(CLOSE_X, s64(0), at=9, cpu=3, flags=1)))
    assert (census.events, census.hidden, census.cpu_numbers()) == (5, 1, [0, 3])
    assert census.by_type() | {CLOSE_X: 2, OPENAT_X: 1} == census.by_type()
    assert census.by_layout() == {0x204: 4, 0x217: 1}


def test_sections_add_up():
    census = Census()
    census.take(reader(head() + open_and_close() + head() + open_and_close()))
    assert (len(census.sections), census.events, census.backwards) == (2, 8, 1)
