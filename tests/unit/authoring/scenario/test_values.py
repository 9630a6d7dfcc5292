"""Python values as event parameters."""

import pytest

from firmer.authoring.scenario.values import AF_INET, AF_INET6, AF_UNIX, FIXED, Address, Pair, pack, texts
from firmer.events.table import PARAM_TYPES

V4, V4_PEER = Address("10.0.0.5", 80), Address("198.51.100.7", 51234)
CASES = [
    ("INT32", -1, b"\xff\xff\xff\xff"),
    ("FD", -100, b"\x9c" + b"\xff" * 7),
    ("UINT64", 1 << 63, b"\0\0\0\0\0\0\0\x80"),
    ("UINT32", None, b"\0\0\0\0"),
    ("UID", None, b"\xff\xff\xff\xff"),
    ("FSPATH", "/etc", b"/etc\0"),
    ("FSPATH", "", b"\0"),
    ("FSPATH", None, b""),
    ("CHARBUF", "caf\udcff", b"caf\xff\0"),
    ("BYTEBUF", b"\0raw", b"\0raw"),
    ("BYTEBUF", ("-c", "id"), b"-c\0id\0"),
    ("SOCKADDR", V4, b"\x02\x0a\0\0\x05\x50\0"),
    ("SOCKADDR", Address("/run/x"), b"\x01/run/x\0"),
    ("SOCKTUPLE", Pair(V4_PEER, V4), b"\x02\xc6\x33\x64\x07\x22\xc8\x0a\0\0\x05\x50\0"),
    ("SOCKTUPLE", Pair(Address("/x"), Address("/x"), (1, 2)), b"\x01" + b"\1" + b"\0" * 7 + b"\2" + b"\0" * 7 + b"/x\0"),
    ("SOCKTUPLE", None, b""),
]


@pytest.mark.parametrize(("kind", "value", "packed"), CASES)
def test_pack(kind, value, packed):
    assert pack(kind, value) == packed


@pytest.mark.parametrize(("kind", "value"), [("UINT32", "12"), ("FSPATH", 3), ("SOCKADDR", "10.0.0.1"), ("BYTEBUF", "text")])
def test_a_value_of_another_kind_is_refused(kind, value):
    with pytest.raises(TypeError):
        pack(kind, value)


@pytest.mark.parametrize(
    ("host", "family"), [("127.0.0.1", AF_INET), ("::1", AF_INET6), ("/run/docker.sock", AF_UNIX)], ids=["ipv4", "ipv6", "unix"]
)
def test_an_address_knows_its_family(host, family):
    assert Address(host).family == family


def test_every_width_is_of_a_type_in_the_table():
    assert set(FIXED) <= set(PARAM_TYPES)


def test_texts_end_with_a_nul_each():
    assert texts(["a", "", "b"]) == b"a\0\0b\0"
