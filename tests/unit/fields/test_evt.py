"""evt.*: what header and type tell."""

import pytest

SWITCH = ("switch>", 100, 1, 0, 0, 0, 0, 0)
GETRANDOM = (1, 100, 0, 318)
VALUES = [
    ("evt.type", ("openat<", 100, 3, -100, "/a", 1, 0, 0, 0), "openat"),
    ("evt.type", (1, 100, 36, 109), "setpgid"),
    ("evt.type", GETRANDOM, "getrandom"),
    ("evt.type", (1, 100, 60000, 9999), "unknown"),
    ("evt.type", ("asyncevent>", -1, 1, "container", b"{}"), "container"),
    ("evt.type.is.open", ("open<", 100, 3, "/a", 1, 0, 0, 0), 1),
    ("evt.type.is.open", ("close<", 100, 0, 3), 0),
    ("evt.type.is.3", ("open<", 100, 3, "/a", 1, 0, 0, 0), 1),
    ("syscall.type", ("close<", 100, 0, 3), "close"),
    ("syscall.type", SWITCH, None),
    ("evt.num", ("close<", 100, 0, 3), 1),
    ("evt.cpu", ("close<", 100, 0, 3), 0),
    ("evt.dir", ("close<", 100, 0, 3), "<"),
    ("evt.dir", SWITCH, ">"),
    ("evt.category", ("setuid<", 100, 0, 5), "user"),
    ("evt.category", ("read<", 100, 4, b"abcd", 3, 4), "file"),
    ("evt.category", ("read<", 100, 4, b"abcd", 77, 4), "unknown"),
    ("evt.category", (1, 100, 36, 109), "other"),
    ("evt.is_io", ("read<", 100, 4, b"abcd", 3, 4), True),
    ("evt.is_io_read", ("read<", 100, 4, b"abcd", 3, 4), True),
    ("evt.is_io_write", ("read<", 100, 4, b"abcd", 3, 4), False),
    ("evt.io_dir", ("read<", 100, 4, b"abcd", 3, 4), "read"),
    ("evt.io_dir", ("write<", 100, 4, b"abcd", 3, 4), "write"),
    ("evt.io_dir", ("close<", 100, 0, 3), None),
    ("evt.is_wait", ("nanosleep<", 100, 0, 5), True),
    ("evt.is_wait", ("close<", 100, 0, 3), False),
    ("evt.is_syslog", ("write<", 100, 4, b"abcd", 3, 4), False),
    ("evt.source", ("close<", 100, 0, 3), "syscall"),
    ("evt.is_async", ("close<", 100, 0, 3), False),
    ("evt.is_async", ("asyncevent>", -1, 1, "container", b"{}"), True),
    ("evt.asynctype", ("asyncevent>", -1, 1, "container", b"{}"), "container"),
    ("evt.asynctype", ("close<", 100, 0, 3), None),
    ("evt.plugininfo", ("close<", 100, 0, 3), None),
]


@pytest.mark.parametrize(("field", "event", "value"), VALUES)
def test_values(ask, field, event, value):
    assert ask(field, event) == value


SYSDIG = [
    ("evt.type", (1, 100, 0), "<unknown>"),
    ("evt.type", (1, 100, 36), "setpgid"),
    ("evt.type.is.openat", (102, 100, -100, "/a", 1, 0), 1),
    ("evt.type.is.openat", (307, 100, 3, -100, "/a", 1, 0, 0, 0), 0),
    ("evt.dir", (4, 100, 3), ">"),
    ("evt.category", (0, 100, 75), "memory"),
]


@pytest.mark.parametrize(("field", "event", "value"), SYSDIG)
def test_sysdig_sees_the_events_as_they_are(ask, field, event, value):
    assert ask(field, event, dialect="sysdig", output=False) == value


def test_type_is_is_no_column_of_sysdigs(ask):
    assert ask("evt.type.is.openat", (102, 100, -100, "/a", 1, 0), dialect="sysdig") is None


def test_numbers_count_what_the_dialect_sees(ask):
    events = ((4, 100, 3), (5, 100, 0), (4, 100, 4), (5, 100, 0))
    assert ask("evt.num", *events) == 2
    assert ask("evt.num", *events, dialect="sysdig") == 4


def test_hostname_can_be_given(ask, monkeypatch):
    monkeypatch.setenv("FALCO_HOSTNAME", "replay")
    assert ask("evt.hostname", ("close<", 100, 0, 3)) == "replay"


def test_syslog_is_known_by_its_socket(ask):
    from firmer.events.section import FdEntry

    log = {100: [FdEntry(3, 8, 77, b"/dev/log")]}
    assert ask("evt.is_syslog", ("write<", 100, 4, b"<30>", 3, 4), fds=log) is True
