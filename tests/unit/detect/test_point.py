"""A point in a capture is written as users write times and numbers."""

import pytest

from firmer.detect.point import Point

DAY_NS = 1_772_323_200_000_000_000  # 2026-03-01, UTC


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("#1000", Point("number", 1000)),
        ("+5s", Point("relative", 5 * 10**9)),
        ("+1.5", Point("relative", 1_500_000_000)),
        ("+250ms", Point("relative", 250_000_000)),
        ("+2m", Point("relative", 120 * 10**9)),
        ("1772323200.000000001", Point("absolute", DAY_NS + 1)),
        ("2026-03-01", Point("absolute", DAY_NS)),
        ("2026-03-01T00:00:01.123456789", Point("absolute", DAY_NS + 1_123_456_789)),
        ("2026-03-01 00:00:01Z", Point("absolute", DAY_NS + 10**9)),
        ("2026-03-01T02:00:00.5+02:00", Point("absolute", DAY_NS + 5 * 10**8)),
    ],
)
def test_times_and_numbers(text, point):
    assert Point.parse(text) == point


@pytest.mark.parametrize("text", ["", "+", "-5", "+5d", "tomorrow", "#", "#x", "2026-13-01", "+1e9", "9" * 30])
def test_anything_else_is_refused_with_what_was_expected(text):
    with pytest.raises(ValueError, match="expected"):
        Point.parse(text)
