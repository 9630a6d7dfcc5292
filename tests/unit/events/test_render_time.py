"""Times as text."""

import pytest

from firmer.events.render_time import iso8601_text, time_text

TS = 1534527348514632619
TIMES = [
    ({}, b"2018-08-17 17:35:48.514632619"),
    ({"ns": False}, b"2018-08-17 17:35:48"),
    ({"date": False}, b"17:35:48.514632619"),
    ({"date": False, "ahead": 7 * 3600}, b"00:35:48.514632619"),
    ({"ahead": 7 * 3600}, b"2018-08-18 00:35:48.514632619"),
]


@pytest.mark.parametrize(("parts", "text"), TIMES)
def test_parts(parts, text):
    assert time_text(TS, **parts) == text


@pytest.mark.parametrize("ts", [0, 999, 2**63, 2**64 - 1])
def test_any_number_is_a_time(ts):
    assert time_text(ts) and iso8601_text(ts)


def test_iso8601():
    assert iso8601_text(TS) == b"2018-08-17T17:35:48.514632619+0000"
