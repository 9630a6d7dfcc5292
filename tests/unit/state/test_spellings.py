"""Paths that led elsewhere than before: who swaps names while they are opened is counted."""

AT_FDCWD = -100
A, B = "/tmp/a", "/etc/shadow"


def opened(real, spelled, tid=100):
    return ("openat<", tid, 5, AT_FDCWD, real, 1, 0, 0, 0, b"" if spelled == real else spelled)


def races(host, *events):
    found = []
    for event in events:
        host.go(event)
        found.append(host.state.races)
    return found


def test_a_swapped_name_is_counted_each_time_it_leads_elsewhere(host):
    assert races(host, opened(A, A), opened(B, A), opened(A, A), opened(A, B), opened(B, A), opened(B, A)) == [0, 0, 1, 0, 2, 0]


def test_threads_of_a_process_are_counted_together(host):
    assert races(host, opened(B, A), opened(A, A, tid=101), opened(B, A)) == [0, 1, 2]


def test_a_link_that_stays_is_no_race(host):
    assert races(host, *[opened(B, A)] * 4) == [0, 0, 0, 0]


def test_after_a_while_the_count_begins_anew(host):
    assert races(host, opened(B, A), opened(A, A), opened(B, A)) == [0, 1, 2]
    host.ts += 11_000_000_000
    assert races(host, opened(A, A)) == [1]


def test_without_a_spelling_nothing_is_counted(host):
    plain = ("openat<", 100, 5, AT_FDCWD, B, 1, 0, 0, 0)
    assert races(host, opened(A, B), plain, opened(A, B)) == [0, 0, 0]
    assert races(host, ("close<", 100, 0, 5)) == [0]


def test_spellings_are_bounded(host):
    many = [opened(B, f"/tmp/{number}") for number in range(100)]
    assert races(host, *many)[-1] == 0
    assert races(host, opened(A, "/tmp/0"), opened(A, "/tmp/99")) == [0, 1], "the oldest is forgotten, the youngest is not"
