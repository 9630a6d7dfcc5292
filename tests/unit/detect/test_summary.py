"""The table of events by type."""

from firmer.detect.summary import summary


def test_most_frequent_first_and_names_cut():
    text = summary({"> open": 2, "< open": 2, "> close": 2, "< a_very_long_name_indeed": 30})
    assert text.decode().splitlines()[3:] == ["< a_very_long_name30", "> close           2", "< open            2", "> open            2"]


def test_a_hundred_rows_at_most():
    assert len(summary({f"> call{k}": k + 1 for k in range(200)}).splitlines()) == 103
