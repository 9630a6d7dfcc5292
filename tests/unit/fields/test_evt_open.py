"""evt.is_open_* and evt.abspath."""

import pytest

O_RDONLY, O_WRONLY, O_CREAT, O_TMPFILE, O_F_CREATED = 1, 2, 4, 8192, 16384


def openat(flags, fd=3, mode=0):
    return ("openat<", 100, fd, -100, "/a", flags, mode, 0, 0)


FLAGS = [
    ("evt.is_open_read", openat(O_RDONLY), True),
    ("evt.is_open_read", openat(O_WRONLY), False),
    ("evt.is_open_read", openat(O_RDONLY | O_WRONLY), True),
    ("evt.is_open_read", ("open<", 100, 3, "/a", O_RDONLY, 0, 0, 0), True),
    ("evt.is_open_read", ("openat2<", 100, 3, -100, "/a", O_RDONLY, 0, 0, 0, 0), True),
    ("evt.is_open_read", ("open_by_handle_at<", 100, 3, 4, O_RDONLY, "/a", 0, 0), True),
    ("evt.is_open_read", ("close<", 100, 0, 3), False),
    ("evt.is_open_write", openat(O_WRONLY), True),
    ("evt.is_open_write", openat(O_RDONLY), False),
    ("evt.is_open_exec", openat(O_CREAT, mode=0o755), True),
    ("evt.is_open_exec", openat(O_CREAT, mode=0o644), False),
    ("evt.is_open_exec", openat(O_RDONLY, mode=0o755), False),
    ("evt.is_open_exec", openat(O_TMPFILE, mode=0o100), True),
    ("evt.is_open_exec", ("creat<", 100, 3, "/a", 0o755, 0, 0, 0), True),
    ("evt.is_open_create", openat(O_F_CREATED), True),
    ("evt.is_open_create", openat(O_CREAT), False),
    ("evt.is_open_create", openat(O_TMPFILE), True),
    ("evt.is_open_create", openat(O_TMPFILE, fd=-2), False),
]


@pytest.mark.parametrize(("field", "event", "value"), FLAGS)
def test_open(ask, field, event, value):
    assert ask(field, event) is value


def test_sysdig_reads_the_entry_of_old(ask):
    assert ask("evt.is_open_read", (102, 100, -100, "/a", O_RDONLY), dialect="sysdig") is True
    assert ask("evt.abspath", (102, 100, -100, "a", O_RDONLY), dialect="sysdig") == "/home/a"


PATHS = [
    ("evt.abspath", ("mkdirat<", 100, 0, 4, "x", 0), "/srv/data/x"),
    ("evt.abspath", ("mkdirat<", 100, 0, -100, "x", 0), "/home/x"),
    ("evt.abspath", ("mkdirat<", 100, 0, 99, "x", 0), "<UNKNOWN>/x"),
    ("evt.abspath", ("mkdirat<", 100, 0, 99, "/y/../x", 0), "/x"),
    ("evt.abspath.src", ("renameat<", 100, 0, 4, "x", -100, "y"), "/srv/data/x"),
    ("evt.abspath.dst", ("renameat<", 100, 0, 4, "x", -100, "y"), "/home/y"),
    ("evt.abspath.dst", ("mkdirat<", 100, 0, 4, "x", 0), "/srv/data/x"),
    ("evt.abspath", ("symlinkat<", 100, 0, "t", 4, "x"), "/srv/data/x"),
    ("evt.abspath", ("fchownat<", 100, 0, 4, "x", 0, 0, 0), "/srv/data/x"),
    ("evt.abspath", ("mkdir<", 100, 0, "x", 0), None),
]


@pytest.mark.parametrize(("field", "event", "value"), PATHS)
def test_abspath(ask, field, event, value):
    assert ask(field, event) == value
