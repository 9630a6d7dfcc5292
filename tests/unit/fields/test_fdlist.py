"""fdlist.*: the descriptors of a poll."""

from struct import pack

import pytest

from firmer.events.section import FdEntry


def polled(*numbers):
    return pack("<H", len(numbers)) + b"".join(pack("<qh", number, 1) for number in numbers)


FDS = {
    30: [
        FdEntry(3, 1, 1, b"/etc/hosts"),
        FdEntry(4, 3, 2, sip=bytes((10, 0, 0, 1)), dip=bytes((1, 2, 3, 4)), sport=40000, dport=443, l4proto=2),
        FdEntry(5, 5, 3, sip=bytes((0, 0, 0, 0)), sport=80, l4proto=2),
    ]
}  # fmt: skip
CASES = [
    ("fdlist.nums", "3,4,5,6"),
    ("fdlist.names", "/etc/hosts,10.0.0.1:40000->1.2.3.4:443,0.0.0.0:80,<NA>"),
    ("fdlist.cips", "10.0.0.1"),
    ("fdlist.cports", "40000"),
    ("fdlist.sports", "443"),
]


@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
@pytest.mark.parametrize("field,value", CASES)
def test_polled_descriptors(ask_worker, field, value, dialect):
    answer = ask_worker(field, ("poll<", 30, 1, polled(3, 4, 5, 6), 100), fds=FDS, dialect=dialect)
    assert answer == value


@pytest.mark.parametrize("payload", [b"", b"\1", pack("<H", 0), pack("<H", 9) + bytes(9)])
def test_short_lists_have_no_value(ask_worker, payload):
    assert ask_worker("fdlist.nums", ("poll<", 30, 1, payload, 100)) is None


def test_a_list_that_ends_early_is_read_as_far_as_it_goes(ask_worker):
    assert ask_worker("fdlist.nums", ("poll<", 30, 1, pack("<Hqh", 500, 3, 1), 100)) == "3"


def test_other_events_have_no_list(ask_worker):
    assert ask_worker("fdlist.nums") is None
