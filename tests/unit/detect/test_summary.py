"""The table of events by type."""

import pytest

from firmer.detect.summary import added, as_sysdig_sorts, summary


def test_most_frequent_first_and_names_cut():
    text = summary([("> open", 2), ("< open", 3), ("> close", 0), ("< a_very_long_name_indeed", 30)])
    assert text.decode().splitlines()[3:] == ["< a_very_long_name30", "< open            3", "> open            2"]


def test_a_hundred_rows_at_most():
    assert len(summary([(f"> call{k}", k + 1) for k in range(200)]).splitlines()) == 103


@pytest.mark.parametrize("size", [0, 1, 16, 17, 100, 994])
def test_sorted_whatever_came(size):
    rows = [(str(k), k * 7919 % 13) for k in range(size)]
    ordered = as_sysdig_sorts(rows)
    assert sorted(ordered) == sorted(rows)
    assert [count for _, count in ordered] == sorted((count for _, count in rows), reverse=True)


def test_captures_add_up():
    assert added(added([], [("> a", 1), ("< a", 0)]), [("> a", 2), ("< a", 5)]) == [("> a", 3), ("< a", 5)]
