"""Mount tables."""

import os

from firmer.live.mounts import MountTables, mount_id, read_mounts

MOUNTS = b"""\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 22 0:300 / /run ro,nosuid shared:5 master:1 - tmpfs tmpfs rw
90 22 0:51 /sub /with\\040blank rw - overlay overlay rw,lowerdir=/l,upperdir=/up\\040per,workdir=/w
91 22 0:52 / /ro ro - overlay overlay ro,lowerdir=/l:/m
92 22 0:53 / /far rw - fuse.sshfs host rw
short line
"""


def test_mounts():
    found = read_mounts(MOUNTS)
    assert {number: mount.device for number, mount in found.items()} == {22: 254 << 8, 40: 300 & 0xFF | 256 << 12, 90: 51, 91: 52, 92: 53}
    assert (found[90].root, found[90].point, found[90].upper) == (b"/sub", b"/with blank", b"/up per")
    assert {number for number, mount in found.items() if mount.read_only} == {40, 91}
    assert (found[91].upper, found[92].kind) == (b"", b"fuse.sshfs")


def test_a_namespace_is_read_once():
    tables = MountTables()
    here = os.open("/proc/self", os.O_PATH)
    tables.read(7, here)
    os.close(here)
    known = dict(tables.mounts)
    assert known and tables.devices.keys() == known.keys()
    tables.read(7, -1)
    assert tables.mounts == known


def test_who_is_gone_tells_nothing_and_another_is_asked():
    tables = MountTables()
    tables.read(7, -1)
    assert not tables.mounts
    here = os.open("/proc/self", os.O_PATH)
    tables.read(7, here)
    os.close(here)
    assert tables.mounts


def test_what_a_descriptor_is_mounted_from():
    tables = MountTables()
    here, proc = os.open("/proc/self", os.O_PATH), os.open("/proc", os.O_PATH)
    tables.read(7, here)
    assert tables.mounts[mount_id(proc)].kind == b"proc"
    os.close(here)
    os.close(proc)
