"""Process, descriptor, interface and user lists of all versions, and what is wrong with broken ones."""

from struct import pack

import pytest
from scap import LONG_TAIL, SHORT_TAIL, TID, counted, fd, group, header, interface, machine, s64, text, thread, u32, user
from scap import reader as reader_of

from firmer.capture.encode import block
from firmer.errors import BadCapture
from firmer.events.section import FdEntry, Group, Interface, Machine, ThreadEntry, User
from firmer.record import replace

FIRST = ThreadEntry(
    TID, TID, 1, comm=b"nginx", exe=b"/usr/sbin/nginx", args=b"-g\0daemon off;\0", cwd=b"/srv/", fdlimit=1024, flags=3, uid=33, gid=34
)
SINCE = {
    2: {"vmsize_kb": 900, "vmrss_kb": 800, "vmswap_kb": 700, "pfmajor": 6, "pfminor": 5},
    3: {"env": b"LANG=C\0HOME=/srv\0"},
    4: {"vtid": 7, "vpid": 8, "cgroups": b"cpu=/docker/x\0"},
    5: {"root": b"/jail/"},
    6: {"sid": 50},
    7: {"exepath": b"/usr/sbin/nginx-real"},
    8: {"vpgid": 51},
}
LIST = {1: 0x202, 2: 0x207, 3: 0x209, 4: 0x210, 5: 0x211, 6: 0x212, 7: 0x213, 8: 0x214, 9: 0x215}
TAIL = (  # bytes so far in the short form, in the long one, name, value
    (99, 8, "pidns_init_start_ts", 9_999),
    (99, 12, "tty", 34816),
    (4, 16, "loginuid", 501),
    (5, 17, "exe_writable", 1),
    (13, 25, "cap_inheritable", 10),
    (21, 33, "cap_permitted", 20),
    (29, 41, "cap_effective", 30),
    (99, 42, "exe_upper_layer", 1),
    (99, 50, "exe_ino", 71),
    (99, 58, "exe_ino_ctime", 72),
    (99, 66, "exe_ino_mtime", 73),
    (99, 67, "exe_from_memfd", 1),
    (99, 68, "exe_lower_layer", 0),
    (99, 76, "pgid", 4321),
)


def section_of(*blocks):
    return next(reader_of(header() + b"".join(blocks)).steps())


def damage_in(*blocks):
    with pytest.raises(BadCapture) as caught:
        section_of(*blocks)
    return caught.value.reason


@pytest.mark.parametrize("version", LIST)
def test_thread_of_each_version(version):
    expected = FIRST
    for since, values in SINCE.items():
        if version >= since:
            expected = replace(expected, **values)
    assert section_of(block(LIST[version], thread(version) * 2)).threads == [expected, expected]


@pytest.mark.parametrize(
    ("tail", "long"),
    [(SHORT_TAIL[:size], False) for size in (0, 4, 5, 29)] + [((LONG_TAIL + b"later")[:size], True) for size in (66, 67, 68, 76, 81)],
    ids=lambda value: f"{len(value)} bytes" if isinstance(value, bytes) else "",
)
def test_tail_of_each_writer(tail, long):
    (entry,) = section_of(block(0x215, thread(9, tail=tail))).threads
    assert {name: getattr(entry, name) for *_, name, _ in TAIL} == {
        name: value if (in_long if long else in_short) <= len(tail) else getattr(FIRST, name) for in_short, in_long, name, value in TAIL
    }


V4 = bytes(range(4)) + bytes(range(4, 8)) + pack("<HHB", 80, 443, 2)
V6 = bytes(range(16)) + bytes(range(16, 32)) + pack("<HHB", 80, 443, 3)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    ("kind", "rest", "expected"),
    [
        pytest.param(3, V4, {"sip": V4[:4], "dip": V4[4:8], "sport": 80, "dport": 443, "l4proto": 2}, id="ipv4"),
        pytest.param(4, V6, {"sip": V6[:16], "dip": V6[16:32], "sport": 80, "dport": 443, "l4proto": 3}, id="ipv6"),
        pytest.param(5, V4[:4] + pack("<HB", 22, 2), {"dip": V4[:4], "dport": 22, "l4proto": 2}, id="ipv4 server"),
        pytest.param(6, V6[:16] + pack("<HB", 22, 2), {"dip": V6[:16], "dport": 22, "l4proto": 2}, id="ipv6 server"),
        pytest.param(8, s64(1) + s64(2) + text(b"/sock"), {"source": 1, "destination": 2, "name": b"/sock"}, id="unix"),
        pytest.param(16, u32(1) + text(b"/f"), {"open_flags": 1, "name": b"/f"}, id="file"),
        *[pytest.param(kind, text(b"name"), {"name": b"name"}, id=f"type {kind}") for kind in (1, 2, 7, 9, 10, 13, 15, 17, 18, 19, 20, 21)],
        pytest.param(1, text(b"cut\0here"), {"name": b"cut"}, id="a NUL ends a name"),
    ],
)
def test_descriptor_of_each_type(version, kind, rest, expected):
    kinds = {1: 0x203, 2: 0x218}
    found = section_of(block(kinds[version], s64(TID) + fd(9, kind, rest, version) * 2)).fds[TID]
    assert found == [FdEntry(9, kind, 609, **expected)] * 2


def test_descriptors_add_up_and_later_fields_are_read_where_they_fit():
    dev = fd(1, 16, u32(1) + text(b"/y") + u32(0x801) + b"later")
    found = section_of(block(0x218, s64(TID) + dev), block(0x218, s64(TID) + fd(2, 99, b"??")), block(0x218, s64(5)))
    assert found.fds == {TID: [FdEntry(1, 16, 601, b"/y", 1, 0x801), FdEntry(2, 10, 602)], 5: []}


@pytest.mark.parametrize("old", [True, False], ids=["without lengths", "with lengths"])
def test_interfaces_and_users(old):
    addresses = bytes(range(4)), bytes(range(16))
    kinds = (0x205, 0x206) if old else (0x219, 0x220)
    entries = b"".join(interface(kind, counted_entry=not old) for kind in (1, 2, 3, 4))
    found = section_of(block(kinds[0], entries), block(kinds[1], user(counted_entry=not old) + group(counted_entry=not old)))
    assert found.interfaces == [Interface(b"eth0", *[addresses[kind % 2]] * 3, 1000 if kind < 2 else None) for kind in range(4)]
    assert (found.users, found.groups) == ([User(33, 34, b"www", b"/srv", b"/bin/false")], [Group(34, b"web")])


def test_the_last_interfaces_and_users_hold_and_machine_tells_of_the_host():
    found = section_of(
        machine(), block(0x219, interface(1)), block(0x220, user()), block(0x219, interface(2, b"lo")), block(0x220, group())
    )
    assert found.machine == Machine(4, 1 << 33, 65536, b"box", 123)
    assert ([entry.name for entry in found.interfaces], found.users, found.groups) == ([b"lo"], [], [Group(34, b"web")])


@pytest.mark.parametrize(
    ("damaged", "said"),
    [
        pytest.param(block(0x215, u32(0) + b"x" * 60), "process entry of 0 bytes", id="process entry without length"),
        pytest.param(
            block(0x215, u32(900) + b"x" * 60), "process entry of 900 bytes where 64 are left", id="process entry beyond its block"
        ),
        pytest.param(block(0x215, counted(thread(9)[4:50])), "field of", id="process entry that ends early"),
        pytest.param(block(0x215, thread(9, comm=b"x" * 1025)), "text of 1025 bytes where at most 1024", id="long comm"),
        pytest.param(block(0x202, thread(1)[:-5]), "field of", id="old process list that ends early"),
        pytest.param(block(0x218, b"1234"), "field of 8 bytes where 4 are left", id="descriptor list without thread"),
        pytest.param(block(0x218, s64(1) + u32(20) + b"x" * 40), "descriptor entry of 20 bytes", id="descriptor entry too short"),
        pytest.param(
            block(0x218, s64(1) + u32(2**32 - 1) + b"x" * 40), "descriptor entry of 4294967295", id="descriptor entry beyond its block"
        ),
        pytest.param(block(0x218, s64(1) + fd(1, 3, b"1234")), "field of", id="descriptor that ends early"),
        pytest.param(block(0x218, s64(1) + fd(1, 1, text(b"x" * 1024))), "text of 1024 bytes", id="long descriptor name"),
        pytest.param(block(0x203, s64(1) + fd(1, 99, b"", 1)), "descriptor type 99 in a list", id="unknown type without length"),
        pytest.param(block(0x219, u32(500) + b"x" * 20), "interface entry of 500 bytes", id="interface entry beyond its block"),
        pytest.param(block(0x219, interface(1).replace(b"\1\0", b"\7\0", 1)), "interface type 7", id="unknown interface type"),
        pytest.param(block(0x205, interface(1, b"x" * 1024, False)), "interface name of 1024 bytes", id="long interface name"),
        pytest.param(block(0x220, u32(4) + b"x" * 20), "user entry of 4 bytes", id="user entry too short"),
        pytest.param(block(0x220, u32(90) + b"x" * 20), "user entry of 90 bytes", id="user entry beyond its block"),
        pytest.param(block(0x206, b"\0" + s64(1) + text(b"x" * 256)), "text of 256 bytes", id="long user name"),
    ],
)
def test_damage_inside_of_a_list(damaged, said):
    assert said in damage_in(damaged)
