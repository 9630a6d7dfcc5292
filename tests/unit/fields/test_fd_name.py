"""fd.name, fd.directory and their like, with and without a descriptor."""

import pytest

READ = (("read>", 30, 7, 10), ("read<", 30, 0, b"", 7, 10))
IN_DIRECTORY = (("fchdir>", 30, 8), ("fchdir<", 30, 0, 8))
PIPE = (("read>", 30, 1, 10), ("read<", 30, 0, b"", 1, 10))
SIGNAL = (("kill<", 30, 0, 1, 15),)
UNKNOWN = (("read>", 30, 99, 10), ("read<", 30, -9, b"", 99, 10))


def failed_open(name):
    return ("open>", 30, name, 1, 0), ("open<", 30, -2, name, 1, 0, 0, 0)


def failed_openat(name, dirfd):
    return ("openat>", 30, dirfd, name, 1, 0), ("openat<", 30, -2, dirfd, name, 1, 0, 0, 0)


CASES = [
    # field, events, value
    ("fd.name", READ, "/etc/hosts"),
    ("fd.name", PIPE, "pipe:[6]"),
    ("fd.name", SIGNAL, None),
    ("fd.name", UNKNOWN, ""),
    ("fd.name", failed_open("/etc/x"), "/etc/x"),
    ("fd.name", failed_open("x"), "/opt/x"),
    ("fd.name", failed_open(""), "/opt/"),
    ("fd.name", failed_openat("/etc/../x", -100), "/x"),
    ("fd.name", failed_openat("x", -100), "/opt/x"),
    ("fd.name", failed_openat("x", 8), "/srv/x"),
    ("fd.name", failed_openat("x", 55), "<UNKNOWN>x"),
    ("fd.directory", READ, "/etc"),
    ("fd.directory", IN_DIRECTORY, "/srv"),
    ("fd.directory", PIPE, None),
    ("fd.directory", failed_open("/etc/x"), "/etc"),
    ("fd.directory", failed_open("/x"), "/"),
    ("fd.directory", failed_openat("x", 55), "/"),
    ("fd.filename", READ, "hosts"),
    ("fd.filename", IN_DIRECTORY, None),
    ("fd.filename", failed_open("/etc/x"), None),
    ("fd.containername", READ, ":/etc/hosts"),
    ("fd.containerdirectory", READ, ":/etc"),
]


@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
@pytest.mark.parametrize("field,events,value", CASES)
def test_name(ask_worker, field, events, value, dialect):
    assert ask_worker(field, *events, dialect=dialect) == value


def test_name_as_it_was_written(ask_worker):
    opened = ("open>", 30, "..//a", 1, 0), ("open<", 30, 6, "..//a", 1, 0, 0, 0)
    assert ask_worker("fd.name", *opened) == "/a"
    assert ask_worker("fd.nameraw", *opened) == "../a"
    assert ask_worker("fd.nameraw", *failed_open("a///b")) == "a/b"


LINKED = (("openat<", 30, 6, -100, "/etc/shadow", 1, 0, 0, 0, "link"),)
PLAIN = (("openat<", 30, 6, -100, "/etc/shadow", 1, 0, 0, 0, b""),)
SHARED = (("openat<", 30, 6, -100, "/etc/shadow", 1, 0, 0, 0, b"\0\1"),)
SHARED_LINK = (("openat<", 30, 6, -100, "/etc/shadow", 1, 0, 0, 0, b"link\0\1"),)
OLD = (("openat<", 30, 6, -100, "link", 1, 0, 0, 0),)
SPELLINGS = [
    ("fd.name", LINKED, "/etc/shadow"), ("fd.realpath", LINKED, "/etc/shadow"), ("fd.claimedpath", LINKED, "/opt/link"),
    ("fd.realpath", PLAIN, "/etc/shadow"), ("fd.claimedpath", PLAIN, "/etc/shadow"),
    ("fd.realpath", OLD, None), ("fd.claimedpath", OLD, "/opt/link"),
    ("fd.is_doubtful", LINKED, False), ("fd.is_doubtful", OLD, False), ("fd.is_doubtful", (*LINKED, *OLD), True), ("fd.is_doubtful", PLAIN, False),
    ("fd.is_doubtful", SHARED, True),
    ("fd.is_doubtful", SHARED_LINK, True), ("fd.claimedpath", SHARED_LINK, "/opt/link"), ("fd.claimedpath", SHARED, "/etc/shadow"),
    ("fd.realpath", READ, "/etc/hosts"), ("fd.claimedpath", READ, None),
    ("fd.realpath", PIPE, None), ("fd.claimedpath", PIPE, None), ("fd.claimedpath", SIGNAL, None),
    ("fd.realpath", failed_open("x"), None), ("fd.claimedpath", failed_open("x"), "/opt/x"),
]  # fmt: skip


@pytest.mark.parametrize("field,events,value", SPELLINGS)
def test_both_spellings_have_a_field(ask_worker, field, events, value):
    assert ask_worker(field, *events) == value


def test_sysdig_prints_printable_bytes_only(ask_worker):
    opened = ("open>", 30, b"/a\nb", 1, 0), ("open<", 30, 6, b"/a\nb", 1, 0, 0, 0)
    assert ask_worker("fd.name", *opened, output=True) == "/a\nb"
    assert "\n" not in ask_worker("fd.name", *opened, output=True, dialect="sysdig")


def test_a_refused_connection_is_what_sysdig_was_told(ask_worker, tuple4):
    pair = tuple4("10.0.0.1", 40000, "1.2.3.4", 80)
    refused = (
        ("socket>", 30, 2, 1, 0), ("socket<", 30, 5, 2, 1, 0), ("connect>", 30, 5, b"\x02\x01\x02\x03\x04\x50\x00"), ("connect<", 30, -111, pair, 5),
    )  # fmt: skip
    assert ask_worker("fd.name", *refused, dialect="sysdig") == "10.0.0.1:40000->1.2.3.4:80"
    assert ask_worker("fd.name", *refused) == ""


def test_a_failed_accept_has_no_address(ask_worker):
    listening = ("socket>", 30, 2, 1, 0), ("socket<", 30, 5, 2, 1, 0), ("accept>", 30), ("accept<", 30, -11, b"", 0, 0, 0)
    assert ask_worker("fd.name", *listening[:2], ("accept4>", 30, 0), ("accept4<", 30, -11, b"", 0, 0, 0, 0), dialect="sysdig") == "NULL"
