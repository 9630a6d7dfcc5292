"""Machine and addresses of this host, against what Python and /proc say."""

import os
import socket
from pathlib import Path
from struct import pack

import pytest

from firmer.live.interfaces import interface, interfaces, machine


def test_machine_is_this_one():
    found = machine(17)
    assert found.hostname.decode() == socket.gethostname()
    assert found.num_cpus == os.cpu_count()
    total_kb = int(Path("/proc/meminfo").read_text().partition("MemTotal:")[2].split()[0])
    assert found.memory_size_bytes == total_kb * 1024
    assert found.boot_ts_ns == 17 and found.max_pid >= 301


def test_loopback_is_among_them():
    lo = [found for found in interfaces() if found.name == b"lo" and len(found.ip) == 4]
    if not lo:
        pytest.skip("loopback is down")
    assert (lo[0].ip, lo[0].netmask) == (b"\x7f\0\0\1", b"\xff\0\0\0")


def test_all_parts_of_an_address_are_as_long():
    assert all(len(found.ip) == len(found.netmask) == len(found.broadcast) in (4, 16) for found in interfaces())


def attribute(kind, value):
    return pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


V4 = attribute(1, b"\x0a\0\0\x02") + attribute(2, b"\x0a\0\0\x01") + attribute(3, b"eth7:1\0") + attribute(4, b"\x0a\0\0\xff")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (pack("=BBBBI", socket.AF_INET, 24, 0, 0, 0) + V4, (b"eth7:1", b"\x0a\0\0\x01", b"\xff\xff\xff\0", b"\x0a\0\0\xff")),
        (pack("=BBBBI", socket.AF_INET, 0, 0, 0, 0) + V4, (b"eth7:1", b"\x0a\0\0\x01", bytes(4), b"\x0a\0\0\xff")),
        (
            pack("=BBBBI", socket.AF_INET6, 64, 0, 0, 0) + attribute(1, b"\xfd" + bytes(14) + b"\x02") + attribute(3, b"w0\0"),
            (b"w0", b"\xfd" + bytes(14) + b"\x02", b"\xff" * 8 + bytes(8), bytes(16)),
        ),
        (pack("=BBBBI", socket.AF_INET, 33, 0, 0, 0) + V4, None),
        (pack("=BBBBI", 42, 0, 0, 0, 0), None),
        (pack("=BBBBIHH", socket.AF_INET, 8, 0, 0, 0, 0, 3), (b"if0", bytes(4), b"\xff\0\0\0", bytes(4))),
    ],
    ids=["address", "no-mask", "six", "mask-too-long", "other-family", "empty-attribute"],
)
def test_messages_of_the_kernel(message, expected):
    found = interface(message)
    assert (found and (found.name, found.ip, found.netmask, found.broadcast)) == expected
