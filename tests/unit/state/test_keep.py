"""Copies of enter events stay what they were, however often their buffers serve."""


def test_a_copy_held_by_somebody_is_not_overwritten(host):
    host.state.keep_all_enters = True
    held = []
    for event in host.events(*[step for size in (1, 2, 3) for step in ((6, 100, 3, size), (7, 100, 0, b""))]):
        if host.state.process(event):
            held.append(event.copy())
    assert [event.enter.raw_bytes(1)[0] for event in held] == [1, 2, 3]


def test_a_large_event_after_a_small_one(host):
    host.state.keep_all_enters = True
    sizes = []
    for event in host.events((2, 100, "/a", 1, 0), ("open<", 100, -2), (2, 100, "/" + "a" * 3000, 1, 0), ("open<", 100, -2)):
        host.state.process(event)
        if event.enter is not None:
            sizes.append(len(event.enter.raw_bytes(0)))
    assert sizes == [3, 3002]


def test_bytes_of_pending_events_are_bounded(host):
    host.state.keep_all_enters = True
    name = "/" + "a" * 60000
    host.go(*[(2, tid, name, 1, 0) for tid in range(1000, 2200)])
    assert host.state.counters["enter events: no room"] > 50
