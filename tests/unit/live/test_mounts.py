"""Mount tables."""

import os

from firmer.live.mounts import MountTables, read_mounts

MOUNTS = b"""\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 22 0:300 / /run rw shared:5 master:1 - tmpfs tmpfs rw
90 22 0:51 /sub /with\\040blank rw - overlay overlay rw,lowerdir=/l,upperdir=/up\\040per,workdir=/w
91 22 0:52 / /ro ro - overlay overlay ro,lowerdir=/l:/m
short line
"""


def test_mounts():
    found = read_mounts(MOUNTS)
    assert found.devices == {22: 254 << 8, 40: 300 & 0xFF | 256 << 12, 90: 51, 91: 52}
    assert found.overlays == {90: (b"/sub", b"/with blank", b"/up per")}


def test_a_namespace_is_read_once():
    tables = MountTables()
    here = os.open("/proc/self", os.O_PATH)
    found = tables.of(7, here)
    os.close(here)
    assert found.devices and tables.of(7, -1) is found


def test_who_is_gone_has_none():
    assert not MountTables().of(7, -1).devices
