"""Socket addresses: texts of odd ones, and which are this host's."""

import pytest

from firmer.state.addresses import is_local, tuple_text

UNIX = b"\x01" + bytes(8) + b"\x20\x84\x3c\x00\x88\xff\xff\xff"

TEXTS = [
    pytest.param(b"", b"NULL", id="empty"),
    pytest.param(UNIX + b"/var/run/x\0", b"0->ffffff88003c8420 /var/run/x", id="unix"),
    pytest.param(UNIX + b"\x01a\xffb\0c", b"0->ffffff88003c8420 ab", id="unprintable"),
    pytest.param(b"\x02\1\2\3", b"INVALID IPv4", id="short-ipv4"),
    pytest.param(b"\x0a\1\2\3", b"INVALID IPv6", id="short-ipv6"),
    pytest.param(b"\x05\1", b"family 5", id="family"),
    pytest.param(b"\x0a" + bytes(36), b"0.0.0.0:0->0.0.0.0:0", id="all-zero-ipv6"),
    pytest.param(b"\x0a\x20\x01" + bytes(13) + b"\x04\x50\0" + bytes(15) + b"\1\x51\0", b"2001::4:80->::1:81", id="ipv6"),
]


@pytest.mark.parametrize(("parameter", "text"), TEXTS)
def test_tuples_as_text(parameter, text):
    assert tuple_text(parameter) == text


LOCAL = [
    (b"\x0a\0\0\x01", True),
    (b"\x7f\0\0\x01", True),
    (b"\x0a\0\0\x02", False),
    (b"\x20\x01" + bytes(14), False),
    (b"", False),
]


@pytest.mark.parametrize(("ip", "local"), LOCAL)
def test_addresses_of_this_host(host, ip, local):
    assert is_local(host.state, ip, host.thread(100)) is local


def test_addresses_of_the_threads_container(make_host, thread_entry):
    inside = thread_entry(200, cgroups=b"cpu=/docker/" + b"ab" * 32 + b"\0")
    record = b'{"container":{"id":"abababababab","ip":"172.17.0.2"}}'
    host = make_host(threads=[thread_entry(100), inside], containers=[record])
    assert is_local(host.state, b"\xac\x11\0\x02", host.thread(200))
    assert not is_local(host.state, b"\xac\x11\0\x02", host.thread(100))
