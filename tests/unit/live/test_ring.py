"""A ring is read in place, and believed no more than a file."""

import random
from collections.abc import Callable

import pytest
from rings import BUSY, DISCARD, PAGE, FakeProbe, FakeRing
from scap import CLOSE_X, FIRST_TS, s64

from firmer.capture.encode import block, encode_event
from firmer.live.ring import Ring
from firmer.live.source import LiveSource


def close_event(ts: int, filler: int = 0) -> bytes:
    return encode_event(CLOSE_X, FIRST_TS + ts, 7, [s64(0), s64(ts), bytes(filler)])


def taken(write: Callable[[FakeRing], object]) -> tuple[list[int], Ring]:
    """What is written to a ring while it is read: the values of the events' descriptor parameters, and the reader's side."""
    ring = FakeRing()
    with LiveSource(FakeProbe(ring)) as source:
        steps = source.steps()
        while next(steps) is None:
            pass
        write(ring)
        source.stop()
        found = [int.from_bytes(step.param_bytes(1), "little") for step in steps if step is not None]
        return found, source.lanes.rings[0]


@pytest.mark.parametrize(
    ("size", "problem"), [(0, "a power of two"), (PAGE - 1, "a power of two"), (3 * PAGE, "a power of two"), (1 << 40, "a power of two")]
)
def test_no_ring_has_such_a_size(size, problem):
    with pytest.raises(ValueError, match=problem):
        Ring(FakeRing().fd, size)


def test_what_is_no_ring_is_refused():
    with pytest.raises(OSError, match="descriptor"):
        Ring(-1, PAGE)


def test_records_wrap_and_their_space_comes_back():
    ring = FakeRing(at=5 * PAGE - 64)  # where a reader before us stood
    probe = FakeProbe(ring)
    source = LiveSource(probe)
    steps = source.steps()
    found = []
    for k in range(200):
        ring.record(close_event(k, filler=300))
        while True:
            step = next(steps)
            if step is not None and step is not source.section:
                found.append(int.from_bytes(step.param_bytes(1), "little"))
                break
        assert ring.free >= PAGE - 2 * 400, "no more than the event that is looked at is kept from the kernel"
        source.give_back()
    assert found == list(range(200))
    assert ring.free >= PAGE - 400
    source.close()


def test_an_event_stays_while_it_is_looked_at():
    ring = FakeRing()
    source = LiveSource(FakeProbe(ring))
    steps = source.steps()
    while next(steps) is None:
        pass
    begin = ring.record(close_event(1))
    ring.record(close_event(2))
    while next(steps) is None:
        pass
    source.give_back()
    assert ring.consumed == begin
    source.close()


def test_a_record_that_is_being_written_is_waited_for():
    ring = FakeRing()
    probe = FakeProbe(ring)
    whole = close_event(1)
    begin = ring.record(whole, BUSY)
    ring.record(close_event(2))
    source = LiveSource(probe)
    steps = source.steps()
    early = [step for step, _ in zip(steps, range(5), strict=False)]
    assert all(step is None or step is source.section for step in early)
    ring.commit(begin, len(whole))
    found = []
    for step in steps:
        if step is not None and step is not source.section:
            found.append(int.from_bytes(step.param_bytes(1), "little"))
        if len(found) == 2:
            break
    assert found == [1, 2]
    source.close()


GOOD = close_event(5)
WRONG = {
    "an empty record": b"",
    "a block that claims more": GOOD[:4] + (len(GOOD) + 4).to_bytes(4, "little") + GOOD[8:],
    "a block that claims less": GOOD[:4] + (len(GOOD) - 4).to_bytes(4, "little") + GOOD[8:],
    "another length at the end": GOOD[:-4] + b"\0\0\0\0",
    "an event longer than its block": GOOD[:26] + b"\xff\xff\0\0" + GOOD[30:],
    "more parameters than bytes": GOOD[:32] + b"\xff\xff\xff\xff" + GOOD[36:],
    "parameters longer than the event": GOOD[:36] + b"\xff\xff" + GOOD[38:],
    "too short for an event": block(0x216, b"\0" * 20),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_record_that_does_not_hold_is_stepped_over(what):
    found, ring = taken(lambda ring: [ring.record(data) for data in (close_event(1), WRONG[what], close_event(2))])
    assert found == [1, 2]
    assert (ring.bad, ring.unknown) == (1, 0)


UNKNOWN = {"type": GOOD[:30] + b"\xff\xff" + GOOD[32:], "block": block(0x999, bytes(40))}


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_the_table_does_not_know_is_counted(what):
    found, ring = taken(lambda ring: ring.record(UNKNOWN[what]))
    assert found == []
    assert (ring.bad, ring.unknown) == (0, 1)


def test_discarded_records_are_nothing():
    found, ring = taken(lambda ring: [ring.record(close_event(1), DISCARD), ring.record(close_event(2))])
    assert found == [2]
    assert ring.bad == 0


@pytest.mark.parametrize("length", [PAGE, 1 << 20, (1 << 30) - 1, (1 << 30) - 8])
def test_a_length_beyond_what_was_written_ends_the_ring(length):
    found, ring = taken(lambda ring: [ring.record(close_event(1)), ring.record(close_event(2), length=length)])
    assert found == [1]
    assert ring.bad == 1


@pytest.mark.parametrize("position", [3, PAGE + 8, 1 << 63, (1 << 64) - 8])
def test_a_position_that_cannot_be_is_survived(position):
    found, ring = taken(lambda ring: ring.publish(position))
    assert found == []
    assert ring.bad >= 1


@pytest.mark.parametrize("seed", range(40))
def test_any_bytes_are_survived(seed):
    chance = random.Random(seed)

    def write(ring: FakeRing) -> None:
        for _ in range(20):
            data = bytearray(close_event(1, filler=chance.randrange(200)))
            for _ in range(chance.randrange(6)):
                data[chance.randrange(len(data))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            ring.record(bytes(data), length=chance.choice((None, None, None, chance.randrange(1 << 12))))

    taken(write)
