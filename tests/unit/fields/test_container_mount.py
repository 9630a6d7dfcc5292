"""container.mount[…] by number and by pattern."""

import json

import pytest

MOUNTS = [
    {"Source": "/etc/ssl", "Destination": "/ssl", "Mode": "ro", "RW": False, "Propagation": "rprivate"},
    {"Source": "/proc", "Destination": "/host/proc", "Mode": "", "RW": True, "Propagation": "shared"},
]
TOLD = ("container>", -1, json.dumps({"container": {"id": "a" * 12, "type": 0, "Mounts": MOUNTS}}).encode())
SIGNAL = ("kill<", 30, 0, 1, 15)

BOTH = [
    ("container.mounts", "/etc/ssl:/ssl:ro:false:rprivate,/proc:/host/proc::true:shared"),
    ("container.mount[0]", "/etc/ssl:/ssl:ro:false:rprivate"),
    ("container.mount[2]", None),
    ("container.mount[/proc]", "/proc:/host/proc::true:shared"),
    ("container.mount[/proc*]", "/proc:/host/proc::true:shared"),
    ("container.mount.source[1]", "/proc"),
    ("container.mount.source[/ssl]", "/etc/ssl"),
    ("container.mount.dest[/proc]", "/host/proc"),
    ("container.mount.mode[0]", "ro"),
    ("container.mount.mode[1]", ""),
    ("container.mount.rdwr[0]", "false"),
    ("container.mount.propagation[1]", "shared"),
    ("container.mount.dest[/root]", None),
]
DIFFERENT = [
    # a pattern is one for the whole text to sysdig, and found anywhere today
    ("container.mount.dest[/etc]", "/ssl", None),
    ("container.mount.dest[/etc/*]", "/ssl", "/ssl"),
    ("container.mount.dest[(]", None, None),
]


@pytest.fixture
def mounted(ask_worker, thread_entry):
    threads = [thread_entry(30, 1, cgroups=b"cpu=/docker/" + b"a" * 64 + b"\0")]
    return lambda field, dialect: ask_worker(field, TOLD, SIGNAL, threads=threads, dialect=dialect)


@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
@pytest.mark.parametrize("field,value", BOTH)
def test_mount(mounted, field, value, dialect):
    assert mounted(field, dialect) == value


@pytest.mark.parametrize("field,falco,sysdig", DIFFERENT)
def test_patterns_of_the_generations(mounted, field, falco, sysdig):
    assert mounted(field, "falco") == falco
    assert mounted(field, "sysdig") == sysdig


def test_the_host_has_no_mounts(ask_worker):
    assert ask_worker("container.mounts") == ""
    assert ask_worker("container.mounts", dialect="sysdig") is None
    assert ask_worker("container.mount[0]") is None
