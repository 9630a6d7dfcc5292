"""The live source over rings that tests write: order, start, losses, time."""

import struct
import time

import pytest
from rings import FakeProbe, FakeRing
from scap import CLOSE_X, FIRST_TS, OPENAT_X, s64, u32

from firmer.capture.encode import encode_event
from firmer.detect.pipeline import Pipeline
from firmer.events.section import FdEntry, Section, ThreadEntry
from firmer.live.scan import Scan
from firmer.live.source import LiveSource
from firmer.state.state import State

DROP, CLONE_X, EXIT, CONTAINER = 148, 223, 186, 324
NOW = 10**15  # ns after FIRST_TS: what the clock of a FakeProbe shows at its start, about


def closed(fd: int) -> tuple[bytes, bytes]:
    return s64(0), s64(fd)


def opened(fd: int, path: bytes) -> tuple[bytes, ...]:
    return s64(fd), s64(-100), path + b"\0", u32(1), u32(0), u32(0), s64(9)


def all_of(source: LiveSource) -> list:
    """Sections and events up to the first pause behind a scan, which a busy machine may make slow, and what comes when the probe goes off."""
    found = []
    for step in source.steps():
        if step is None:
            if source.scans:
                source.stop()
        else:
            found.append(step)
    return found


def times(steps: list) -> list[int]:
    return [step.ts - FIRST_TS for step in steps if not isinstance(step, Section)]


# -- order -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("events", "life"),
    [
        ((1, 3, 5), (2, 4, 6)),
        ((1, 2, 3), ()),
        ((), (1, 2, 3)),
        ((4, 5, 6), (1, 2, 3)),
        ((2, 2, 4), (2, 3, 4)),
    ],
)
def test_rings_are_merged_by_time(events, life):
    probe = FakeProbe()
    for lane, stamps in enumerate((events, life)):
        for ts in stamps:
            probe.event(CLOSE_X, ts, params=closed(3), lane=lane)
    with LiveSource(probe) as source:
        section, *found = all_of(source)
    assert isinstance(section, Section)
    assert times(found) == sorted(events + life)
    assert [event.num for event in found] == list(range(1, len(found) + 1))


def test_small_steps_back_within_a_ring_stay():
    probe = FakeProbe()
    for ts in (10, 8, 12):
        probe.event(CLOSE_X, ts, params=closed(3))
    probe.event(CLOSE_X, 11, params=closed(3), lane=1)
    with LiveSource(probe) as source:
        assert times(all_of(source)) == [10, 8, 11, 12]


def test_nothing_overtakes_a_record_that_is_being_written():
    probe = FakeProbe()
    whole = encode_event(CLOSE_X, FIRST_TS + 5, 1, closed(3))
    place = probe.lanes[0].record(whole, 1 << 31)
    probe.event(CLOSE_X, 9, params=closed(3), lane=1)
    source = LiveSource(probe)
    steps = source.steps()
    assert not any(hasattr(next(steps), "ts") for _ in range(6))
    probe.lanes[0].commit(place, len(whole))
    found = []
    while len(found) < 2:
        step = next(steps)
        if hasattr(step, "ts"):
            found.append(step)
    assert times(found) == [5, 9]
    source.close()


def test_an_event_with_a_time_far_ahead_is_not_waited_for():
    probe = FakeProbe()
    probe.event(CLOSE_X, 10**18, params=closed(3))
    probe.event(CLOSE_X, 1, params=closed(3))
    with LiveSource(probe) as source:
        assert len(times(all_of(source))) == 2


# -- time and end ----------------------------------------------------------------------------------------------------------
def test_where_nothing_comes_the_time_is_told():
    with LiveSource(FakeProbe()) as source:
        steps = (step for step in source.steps() if step is None)
        began = time.monotonic()
        next(steps)
        first = source.now
        for _ in range(5):
            next(steps)
        assert source.now - first >= 5 * 20_000_000
        assert time.monotonic() - began < 2


def test_stop_ends_with_what_was_there():
    probe = FakeProbe()
    source = LiveSource(probe)
    steps = source.steps()
    while not isinstance(next(steps), Section):
        pass
    for ts in range(100):
        probe.event(CLOSE_X, ts, params=closed(3), lane=ts % 2)
    source.stop()
    assert len(list(steps)) == 100
    assert probe.stopped
    assert source.account.missing() == 0
    source.close()
    assert probe.closed
    assert list(source.steps()) == []
    assert source.account.total().produced == 100


def test_a_pipeline_runs_over_it():
    probe = FakeProbe()
    for ts in range(10):
        probe.event(CLOSE_X, ts, params=closed(3))
    with LiveSource(probe) as source:
        pipeline = Pipeline(source, State("falco"), [], on_progress=source.stop)
        assert pipeline.run() == 10


# -- start -----------------------------------------------------------------------------------------------------------------
def host(probe: FakeProbe, meanwhile=lambda: None, read_at: int = 1000, **fds: bytes):
    """A scan that finds process 7, read at a time, with a child 8 read later; `meanwhile` is what happens during it."""

    def scan(epoch: int) -> Scan:
        meanwhile()
        boot = FIRST_TS - epoch  # what the boot clock shows at FIRST_TS
        threads = [ThreadEntry(tid, pid, 1, comm=b"old") for tid, pid in ((7, 7), (70, 7), (8, 8))]
        entries = [FdEntry(int(name[1:]), 7, name=path) for name, path in fds.items()]
        return Scan(Section(threads=threads, fds={7: entries}), {7: boot + read_at, 8: boot + read_at + 1000}, {"seen": 2})

    return scan


def state_after(probe: FakeProbe, scan) -> tuple[State, LiveSource]:
    state = State("falco")
    with LiveSource(probe, scan) as source:
        Pipeline(source, state, [], on_progress=source.stop).run()
    return state, source


@pytest.mark.parametrize(
    ("ts", "tid", "applied"),
    [
        (999, 7, False),
        (1000, 7, False),
        (1001, 7, True),
        (1001, 8, False),
        (2001, 8, True),
        (5, 9, True),
        (999, 70, False),
        (1001, 70, True),
    ],
)
def test_what_a_scan_has_seen_is_not_applied_again(ts, tid, applied):
    probe = FakeProbe()
    scan = host(probe, lambda: probe.event(OPENAT_X, ts, tid, opened(5, b"/new")))
    state, source = state_after(probe, scan)
    assert (state.fd_by(tid, 5) is not None) == applied
    assert source.looked_back == (not applied)
    assert source.passed_over == 0
    assert source.account.missing() == 0
    assert source.notes["seen"] == 2


def test_an_exit_always_counts():
    probe = FakeProbe()
    scan = host(probe, lambda: probe.event(EXIT, 1, 8, (s64(0), s64(0), b"\0", b"\0", s64(0)), lane=1))
    state, _ = state_after(probe, scan)
    state.snapshot()  # ends the event: now its thread leaves
    assert state.thread_by_tid(7) is not None
    assert state.thread_by_tid(8) is None


def clone(tid: int, pid: int, flags: int) -> tuple[bytes, ...]:
    """Of the new thread itself."""
    texts = (b"exe\0", b"\0")
    ids = (s64(tid), s64(pid), s64(7))
    rest = (
        b"/\0",
        s64(1024),
        s64(0),
        s64(0),
        u32(0),
        u32(0),
        u32(0),
        b"comm\0",
        b"a=/\0",
        u32(flags),
        u32(0),
        u32(0),
        s64(tid),
        s64(pid),
        s64(0),
    )
    return s64(0), *texts, *ids, *rest


def test_a_thread_that_ended_before_its_process_was_read_leaves_nothing():
    probe = FakeProbe()
    thread, files = 0x20000 | 0x100, 71

    def meanwhile() -> None:
        probe.event(CLONE_X, 10, files, clone(files, 7, thread), lane=1)
        probe.event(OPENAT_X, 20, files, opened(5, b"/closed/by/another"))
        probe.event(EXIT, 30, files, (s64(0), s64(0), b"\0", b"\0", s64(0)), lane=1)

    state, source = state_after(probe, host(probe, meanwhile))
    assert state.fd_by(7, 5) is None
    assert source.looked_back == 2


def test_a_maker_that_learns_late_of_its_child_does_not_make_it_anew():
    """The child opened a file and was scanned before the call that made it returned in its parent."""
    probe = FakeProbe()

    def scan(epoch: int) -> Scan:
        probe.event(CLONE_X, 5000, 7, (s64(8), *clone(7, 7, 0)[1:]))
        boot = FIRST_TS - epoch
        threads = [ThreadEntry(7, 7, 1), ThreadEntry(8, 8, 7)]
        return Scan(Section(threads=threads, fds={8: [FdEntry(3, 1, name=b"/own")]}), {7: boot + 1000, 8: boot + 2000})

    state, source = state_after(probe, scan)
    assert source.passed_over == 0
    assert state.fd_by(8, 3) is not None


def test_a_scan_that_fails_says_so():
    def scan(epoch: int) -> Scan:
        raise PermissionError(13, "no", "/proc")

    source = LiveSource(FakeProbe(), scan)
    with pytest.raises(PermissionError):
        list(source.steps())
    source.close()


def test_a_loss_during_the_first_scan_scans_again():
    probe = FakeProbe()
    calls = []

    def scan(epoch: int) -> Scan:
        calls.append(epoch)
        if len(calls) == 1:
            probe.event(OPENAT_X, 5, 9, opened(5, b"/early"))
            probe.count(OPENAT_X, produced=1, dropped=1)
        return Scan(Section(), {})

    state, source = state_after(probe, scan)
    assert len(calls) == 2
    assert state.fd_by(9, 5) is None, "what waited is older than the second scan"
    assert source.incomplete == 0
    assert source.account.missing() == 0


# -- losses ----------------------------------------------------------------------------------------------------------------
def test_a_loss_is_an_event_and_a_number():
    probe = FakeProbe(FakeRing())
    source = LiveSource(probe)
    steps = source.steps()
    while not isinstance(next(steps), Section):
        pass
    for ts in range(100):
        probe.event(CLOSE_X, ts, params=closed(3), cpu=ts % 2)
    source.stop()
    *found, drop = (step for step in steps if step is not None)
    total = source.account.total()
    assert drop.type == DROP
    assert drop.raw_bytes(0) == u32(100 - len(found))
    assert source.lost == total.dropped == 100 - len(found) > 0
    assert (total.produced, total.delivered, total.missing) == (100, len(found), 0)
    assert {row.cpu for row in source.account.rows()} == {0, 1}
    assert drop.ts >= found[-1].ts
    source.close()


def test_a_record_is_told_between_events():
    probe = FakeProbe()
    source = LiveSource(probe)
    probe.event(CLOSE_X, 1, params=closed(3))
    source.tell(b'{"container":{"id":"web"}}')
    assert sorted(step.type for step in all_of(source)[1:]) == [CLOSE_X, CONTAINER]
    assert source.account.total().missing == 0
    source.close()


def run_until(steps, wanted) -> list:
    """Steps up to the first that is wanted; fails when it takes long."""
    found, began = [], time.monotonic()
    for step in steps:
        assert time.monotonic() - began < 5
        if step is not None:
            found.append(step)
        if wanted(step):
            return found
    raise AssertionError("the source ended")


def test_a_rescan_mends_the_state_and_nobody_sees_an_event_twice():
    probe = FakeProbe()
    scans = []

    def scan(epoch: int) -> Scan:
        scans.append(epoch)
        if len(scans) == 1:
            return Scan(Section(), {})
        now = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        stamp = epoch + now - FIRST_TS
        probe.event(OPENAT_X, stamp - 10**6, 7, opened(5, b"/in/section"))
        probe.event(OPENAT_X, stamp + 10**6, 7, opened(6, b"/later"))
        time.sleep(0.05)
        return Scan(Section(threads=[ThreadEntry(7, 7, 1)], fds={7: [FdEntry(9, 7, name=b"/scanned")]}), {7: now})

    source = LiveSource(probe, scan)
    state = State("falco")
    seen = []
    steps = source.steps()

    def take(step) -> None:
        if isinstance(step, Section):
            state.load(step)
        elif step is not None:
            if not step.flags & 1:
                seen.append(step.type)
            state.process(step)

    for step in run_until(steps, lambda step: isinstance(step, Section)):
        take(step)
    probe.count(OPENAT_X, produced=1, dropped=1)
    for step in run_until(steps, lambda step: isinstance(step, Section)):
        take(step)
    assert source.lost == 1
    assert source.incomplete == 0
    for step in run_until(steps, lambda step: step is None):
        take(step)
    assert seen == [DROP, OPENAT_X, OPENAT_X]
    assert [state.fd_by(7, number) is not None for number in (5, 6, 9)] == [False, True, True]
    assert source.scans == 2
    assert source.account.missing() == 0
    source.close()


def test_a_rescan_that_more_overtakes_than_can_be_kept_is_given_up():
    probe = FakeProbe()
    running = []

    def scan(epoch: int) -> Scan:
        if running:
            while len(running) < 2:
                time.sleep(0.01)
        running.append(1)
        return Scan(Section(), {})

    source = LiveSource(probe, scan, backlog_bytes=500)
    steps = source.steps()
    run_until(steps, lambda step: isinstance(step, Section))
    probe.count(CLOSE_X, produced=1, dropped=1)
    run_until(steps, lambda step: step is not None and step.type == DROP)
    for ts in range(20):
        probe.event(CLOSE_X, ts, params=closed(3))
    found = run_until(steps, lambda step: step is None)
    running.append(1)
    assert len(found) == 20
    assert source.incomplete == 1
    assert any("given up" in note for note in source.notes)
    source.close()


def test_the_epoch_follows_the_wall_clock_forward():
    probe = FakeProbe()
    with LiveSource(probe) as source:
        run_until(source.steps(), lambda step: step is None and source.now - time.time_ns() > -(10**9))
        epoch = struct.unpack_from("<Q", probe.conf)[0]
        assert abs(epoch + time.clock_gettime_ns(time.CLOCK_BOOTTIME) - time.time_ns()) < 50_000_000
