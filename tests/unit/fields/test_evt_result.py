"""evt.res and its like: how a call ended."""

import pytest

DONE, FAILED, MOVED = ("close<", 100, 0, 3), ("close<", 100, -9, 3), ("read<", 100, 4, b"abcd", 3, 4)
SWITCH = ("switch>", 100, 1, 0, 0, 0, 0, 0)
VALUES = [
    ("evt.res", DONE, "SUCCESS"),
    ("evt.res", FAILED, "EBADF"),
    ("evt.res", ("openat<", 100, 3, -100, "/a", 1, 0, 0, 0), "SUCCESS"),
    ("evt.res", ("openat<", 100, -2, -100, "/a", 1, 0, 0, 0), "ENOENT"),
    ("evt.res", ("close<", 100, -9999, 3), "-9999"),
    ("evt.res", SWITCH, None),
    ("evt.res", (1, 100, 36, 109), None),
    ("evt.rawres", FAILED, -9),
    ("evt.rawres", ("clone<", 100, 300), 300),
    ("evt.rawres", SWITCH, None),
    ("evt.failed", DONE, False),
    ("evt.failed", FAILED, True),
    ("evt.failed", SWITCH, None),
    ("evt.buflen", MOVED, 4),
    ("evt.buflen", ("read<", 100, -9, b"", 3, 4), None),
    ("evt.buflen", ("read<", 100, 4, b"abcd", 77, 4), None),
    ("evt.buflen.in", MOVED, 4),
    ("evt.buflen.out", MOVED, None),
    ("evt.buflen.file", MOVED, 4),
    ("evt.buflen.file.in", MOVED, 4),
    ("evt.buflen.file.out", MOVED, None),
    ("evt.buflen.net", MOVED, None),
    ("evt.buflen.net.in", MOVED, None),
    ("evt.buflen.net.out", MOVED, None),
    ("evt.count", SWITCH, 1),
    ("evt.count.exit", DONE, 1),
    ("evt.count.exit", SWITCH, None),
    ("evt.count.error", FAILED, 1),
    ("evt.count.error", DONE, 0),
    ("evt.count.error", SWITCH, None),
    ("evt.count.error.file", FAILED, 1),
    ("evt.count.error.net", FAILED, 0),
    ("evt.count.error.net", ("connect<", 100, -111, b"", 77, None), 1),
    ("evt.count.error.file", ("openat<", 100, -2, -100, "/a", 1, 0, 0, 0), 1),
    ("evt.count.error.memory", ("munmap<", 100, -22, 0, 0, 0, 0, 0), 1),
    ("evt.count.error.other", ("setuid<", 100, -1, 0), 1),
]


@pytest.mark.parametrize(("field", "event", "value"), VALUES)
def test_values(ask, field, event, value):
    assert ask(field, event) == value


SYSDIG = [
    ("evt.failed", SWITCH, False),
    ("evt.failed", (5, 100, -9), True),
    ("evt.count.error", (5, 100, 0), None),
    ("evt.count.error", (5, 100, -9), 1),
    ("evt.res", (4, 100, 3), None),
]


@pytest.mark.parametrize(("field", "event", "value"), SYSDIG)
def test_sysdig(ask, field, event, value):
    assert ask(field, event, dialect="sysdig") == value


def test_bytes_of_sockets_are_the_network_s(ask):
    from firmer.events.section import FdEntry

    sockets = {100: [FdEntry(3, 3, sip=bytes(4), dip=bytes(4), sport=1, dport=2, l4proto=2)]}
    assert [ask(f"evt.buflen.{kind}", MOVED, fds=sockets) for kind in ("net", "net.in", "net.out", "file")] == [4, 4, None, None]
