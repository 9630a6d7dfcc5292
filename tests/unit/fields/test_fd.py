"""fd.*: what a descriptor is."""

import pytest

READ = (("read>", 30, 7, 10), ("read<", 30, 0, b"", 7, 10))
FAILED = (("open>", 30, "/x", 1, 0), ("open<", 30, -2, "/x", 1, 0, 0, 0))
SIGNAL = (("kill<", 30, 0, 1, 15),)
SOCKET = (("socket>", 30, 2, 1, 0), ("socket<", 30, 5, 2, 1, 0))

CASES = [
    # field, events, Falco's, sysdig's
    ("fd.num", READ, 7, 7),
    ("fd.num", FAILED, -1, -1),
    ("fd.num", SIGNAL, None, None),
    ("fd.type", READ, "file", "file"),
    ("fd.type", SOCKET, "ipv4", "ipv4"),
    ("fd.type", FAILED, None, None),
    ("fd.typechar", READ, "f", "f"),
    ("fd.typechar", FAILED, "f", "f"),
    ("fd.typechar", SIGNAL, None, None),
    ("fd.l4proto", READ, "<NA>", "<NA>"),
    ("fd.l4proto", SOCKET, "<NA>", "<NA>"),
    ("fd.sockfamily", SOCKET, "ip", "ip"),
    ("fd.sockfamily", READ, None, None),
    ("fd.is_server", READ, False, False),
    ("fd.connected", SOCKET, False, False),
    ("fd.name_changed", READ, False, False),
    ("fd.uid", READ, "307", "307"),
    ("fd.dev.major", READ, 0x102, 0x102),
    ("fd.dev.minor", READ, 0x3, 0x3),
]


@pytest.mark.parametrize("field,events,falco,sysdig", CASES)
def test_descriptor(ask_worker, field, events, falco, sysdig):
    assert ask_worker(field, *events) == falco
    assert ask_worker(field, *events, dialect="sysdig") == sysdig


@pytest.mark.parametrize("field,value", [("fd.ino", 9), ("fd.is_upper_layer", False), ("fd.is_lower_layer", False), ("fd.dev", "10203")])
def test_of_today(ask_worker, field, value):
    assert ask_worker(field, *READ) == value


def test_opening_gives_the_name(ask_worker):
    opened = ("open>", 30, "/x", 1, 0), ("open<", 30, 6, "/x", 1, 0, 0, 0)
    assert ask_worker("fd.name_changed", *opened) is True
    assert ask_worker("fd.num", *opened) == 6


def test_kinds_of_all_descriptors_or_of_one(ask_worker):
    assert sorted(ask_worker("fd.types", *READ)) == ["directory", "file", "pipe"]
    assert ask_worker("fd.types[1]", *READ) == ["pipe"]
    assert ask_worker("fd.types[99]", *READ) is None
    assert ask_worker("fd.types", *SIGNAL) is None
