"""Parameters as text, of each type, with what the state knows of them."""

from struct import pack

import pytest

from firmer.events.section import FdEntry, User

USERS = {"users": [User(1000, 1000, b"al\x01ice"), User(0, 0, b"root")]}
TUPLE = b"\x02" + bytes([10, 0, 0, 1]) + b"\x50\x00" + bytes([1, 2, 3, 4]) + b"\xbb\x01"
V6 = bytes.fromhex("20010db8000000000000000000000004")
PASSED_OVER = pack("<H", 1) + pack("<qh", -1, 0)
POLL = pack("<H", 2) + pack("<qh", 3, 4) + pack("<qh", 77, -32767)

TODAY = [
    pytest.param(("close<", 100, 0, 3), "res=0 fd=3(<f>/etc/hosts)", id="known-fd"),
    pytest.param(("close<", 100, -9, 77), "res=-9(EBADF) fd=77", id="unknown-fd"),
    pytest.param(
        ("openat<", 100, -2, -100, "/a", 1, 0, 0, 0),
        "fd=-2(ENOENT) dirfd=-100(AT_FDCWD) name=/a flags=1(O_RDONLY) mode=0 dev=0 ino=0",
        id="errno",
    ),
    pytest.param(("mkdirat<", 100, 0, 4, "x", 0o755), "res=0 dirfd=4(<d>/srv/data) path=x(/srv/data/x) mode=1ED", id="below-a-directory"),
    pytest.param(("mkdirat<", 100, 0, 99, "x", 0), "res=0 dirfd=99 path=x(x) mode=0", id="below-an-unknown-directory"),
    pytest.param(("mkdirat<", 100, 0, -100, "./a/../b", 0), "res=0 dirfd=-100(AT_FDCWD) path=./a/../b(/home/b) mode=0", id="below-cwd"),
    pytest.param(("mkdir<", 100, 0, "/a/../b", 0o7), "res=0 path=/a/../b mode=7", id="absolute"),
    pytest.param(("mkdir<", 100, 0, None, 0), "res=0 path=<NA> mode=0", id="absent-path"),
    pytest.param(("chmod<", 100, 0, "/a", 0o100), "res=0 filename=/a mode=0100(S_IXUSR)", id="mode"),
    pytest.param(("kill<", 100, -3, 1, 9), "res=-3(ESRCH) pid=1(init) sig=9(SIGKILL)", id="signal"),
    pytest.param(("kill<", 100, 0, 5555, 200), "res=0 pid=5555 sig=200", id="unknown-process"),
    pytest.param(("setuid<", 100, 0, 1000), "res=0 uid=1000(alice)", id="user"),
    pytest.param(("setuid<", 100, 0, 77), "res=0 uid=77(<NA>)", id="unknown-user"),
    pytest.param(("setgid<", 100, 0, 0), "res=0 gid=0(root)", id="root-s-group"),
    pytest.param(("setuid<", 100, 0, -1), "res=0 uid=-1(<NONE>)", id="no-user"),
    pytest.param(("socket<", 100, 5, 1, 1, 0, 0), "fd=5(<u>) domain=1(AF_LOCAL|AF_UNIX) type=1 proto=0 flags=0(O_NONE)", id="enumeration"),
    pytest.param(("connect<", 100, 0, TUPLE, 77, None), "res=0 tuple=10.0.0.1:80->1.2.3.4:443 fd=77 addr=<NA>", id="tuple"),
    pytest.param(("bind<", 100, 0, b"\x0a" + V6 + b"\x50\x00", 77), "res=0 addr=2001:db8::4:80 fd=77", id="address"),
    pytest.param(("poll<", 100, 1, POLL, 5), "res=1 fds=3:f4 77:?ffff8001 timeout=5", id="poll"),
    pytest.param(("poll<", 100, 1, PASSED_OVER, 5), "res=1 fds=18446744073709551615:?0 timeout=5", id="poll: -1"),
    pytest.param(("read<", 100, 3, b"a\nb", 3, 4096), "res=3 data=a.b fd=3(<f>/etc/hosts) size=4096", id="bytes"),
    pytest.param(("read<", 100, 0, b"", 3, 4096), "res=0 data=NULL fd=3(<f>/etc/hosts) size=4096", id="no-bytes"),
    pytest.param(("nanosleep<", 100, 0, 1_500_000), "res=0 interval=1500000(0.0015s)", id="span"),
    pytest.param(("nanosleep<", 100, 0, -1), "res=0 interval=18446744073709551615(none)", id="no-span"),
    pytest.param(("getpeername<", 100), "", id="no-parameters"),
    pytest.param((1, 100, 36, 109), "", id="generic"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "text"), TODAY)
def test_today(ask, event, text):
    assert ask("evt.args", event, **USERS) == text
    assert ask("evt.info", event, **USERS) == text


SYSDIG = [
    pytest.param((4, 100, 3), b"fd=3(<f>/etc/hosts) ", id="blank-at-the-end"),
    pytest.param((5, 100, 0, 3), b"res=0 ", id="only-the-parameters-it-knew"),
    pytest.param((18, 100, 1, 1, 0), b"domain=1(AF_LOCAL) type=1 proto=0 ", id="enumeration"),
    pytest.param((134, 100, 0), b"interval=0(0s) ", id="span"),
    pytest.param((7, 100, 0, b""), b"res=0 data= ", id="no-bytes"),
    pytest.param((23, 100, 0, b""), b"res=0 tuple=NULL ", id="no-tuple"),
    pytest.param((277, 100, 0, "b\x01d\x80"), b"res=0 path=bd(/home/b.d..) ", id="unprintable"),
    pytest.param((0, 100, 36, 109), b"", id="generic"),
]


@pytest.mark.parametrize(("event", "text"), SYSDIG)
def test_sysdig(ask, event, text):
    assert ask("evt.args", event, dialect="sysdig", text=True) == text


def test_sockets_say_their_protocol_once_they_have_a_role(ask):
    entry = FdEntry(3, 3, sip=bytes([10, 0, 0, 1]), dip=bytes([1, 2, 3, 4]), sport=80, dport=443, l4proto=2)
    shown = ask("evt.arg.fd", ("read<", 100, 0, b"", 3, 0), fds={100: [entry]})
    assert shown == "<4t>10.0.0.1:80->1.2.3.4:443"


HOSTILE = [
    (7, 100, b"\x01"),
    (7, 100, b""),
    (81, 100, 0, b"\xff\xff"),
    (81, 100, 0, b"\x01"),
    (23, 100, 0, b"\x02"),
    (23, 100, 0, b"\x01\x02"),
    (257, 100, 0, b"\xff" * 40, b"\x00", b"", b"\x01\x02\x03"),
    (297, 100, b"\x09abc"),
    (297, 100, b"\x00"),
    (1, 100, b""),
]


@pytest.mark.parametrize("event", HOSTILE)
@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
def test_nothing_breaks_on_parameters_of_the_wrong_length(make_host, dialect, event):
    from firmer.capture.encode import encode_event
    from firmer.fields.catalog import FIELDS
    from firmer.fields.text import text_of

    kind, tid, *values = event
    host = make_host(dialect)
    raw = [value if isinstance(value, bytes) else value.to_bytes(8, "little") for value in values]
    slots = [
        field.slot(field.name, None, dialect, True)
        for field in FIELDS.values()
        if dialect in field.dialects and field.argument != "required"
    ]
    host.blocks = lambda events: [encode_event(kind, host.ts, tid, raw)]
    for found in host.events(event):
        host.state.process(found)
        for slot in slots:
            text_of(slot, found, host.state)
