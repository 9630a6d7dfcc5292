"""Places in a text."""

import pytest

from firmer.errors import Place
from firmer.filter.source import Source


@pytest.mark.parametrize(
    "text, at, length, place, line",
    [
        ("a = b", 4, 1, Place("f", 1, 5, 1), "a = b"),
        ("a\nbc = d", 2, 2, Place("f", 2, 1, 2), "bc = d"),
        ("a\nbc\nd", 3, 9, Place("f", 2, 2, 1), "bc"),
        ("abc", 3, 1, Place("f", 1, 4, 1), "abc"),
        ("abc", 99, 9, Place("f", 1, 4, 1), "abc"),
        ("", 0, 1, Place("f", 1, 1, 1), ""),
        ("a\n", 2, 1, Place("f", 2, 1, 1), ""),
    ],
)
def test_place_and_line(text, at, length, place, line):
    assert Source(text, "f").place(at, length) == (place, line)
