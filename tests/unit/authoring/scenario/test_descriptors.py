"""Descriptors of a scenario, as the list of a capture's head names them."""

import pytest

from firmer.authoring.scenario.descriptors import DEV, O_RDWR, UDP, Descriptor, connection, file, inode, listening
from firmer.authoring.scenario.values import Address, Pair
from firmer.events.section import FdEntry

HERE, THERE = Address("10.0.0.5", 40_002), Address("203.0.113.7", 4444)
UNIX = Address("/run/docker.sock")
CASES = [
    pytest.param(file("/var/log/x"), FdEntry(3, 16, inode("/var/log/x"), b"/var/log/x", open_flags=O_RDWR, dev=DEV), id="file"),
    pytest.param(
        connection(Pair(HERE, THERE)),
        FdEntry(3, 3, inode(f"{Pair(HERE, THERE)}"), sip=HERE.packed, dip=THERE.packed, sport=40_002, dport=4444, l4proto=2),
        id="connection",
    ),
    pytest.param(
        listening(Address("::", 53), UDP),
        FdEntry(3, 6, inode(f"{Address('::', 53)}"), dip=bytes(16), dport=53, l4proto=3),
        id="server",
    ),
    pytest.param(
        Descriptor(8, name="/run/docker.sock", ino=5, pair=Pair(UNIX, UNIX, (1, 2))),
        FdEntry(3, 8, 5, b"/run/docker.sock", source=1, destination=2),
        id="unix",
    ),
]


@pytest.mark.parametrize(("descriptor", "entry"), CASES)
def test_entry(descriptor, entry):
    assert descriptor.entry(3) == entry


def test_a_path_keeps_its_inode():
    assert inode("/etc/passwd") == inode("/etc/passwd") != inode("/etc/shadow")
