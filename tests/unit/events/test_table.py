"""The event table as Python sees it."""

from firmer.events.table import CATEGORIES, EVENT_FLAGS, NAMED, PARAM_FORMATS, PARAM_TYPES, event_types, every_key, syscall_codes


def test_types_are_numbered_in_order():
    assert [row["id"] for row in event_types()] == list(range(454))


def test_even_types_enter_and_odd_ones_leave():
    assert all(row["dir"] == "><"[row["id"] % 2] for row in event_types())


def test_numbers_have_names():
    for row in event_types():
        assert row["category"] in CATEGORIES
        assert row["flags"] < 1 << len(EVENT_FLAGS)
        for _, kind, form in row["params"]:
            assert kind < len(PARAM_TYPES) and form < len(PARAM_FORMATS)


def test_calls_without_a_type_of_their_own_have_codes():
    assert syscall_codes()["getrandom"] > 0


def test_every_key_but_names_stay():
    assert every_key(bytes([0, 1, NAMED, 0])) == bytes([1, 1, NAMED, 1])
    assert every_key(bytes([0, 1, 0])) is None
