"""Sockets: addresses, roles and names that calls give them."""

import pytest

A, B = ("10.0.0.1", 4000), ("10.0.0.2", 80)
TCP, UDP = (2, 1, 6), (2, 2, 17)
PENDING, CLIENT, SERVER, CONNECTED = 8, 1, 2, 4


def address4(ip: str, port: int) -> bytes:
    return b"\x02" + bytes(map(int, ip.split("."))) + port.to_bytes(2, "little")


def mapped6(ip: str, port: int) -> bytes:
    return bytes(10) + b"\xff\xff" + bytes(map(int, ip.split("."))) + port.to_bytes(2, "little")


def socket(number: int, domain: int, kind: int, protocol: int) -> tuple:
    return ("socket<", 100, number, domain, kind, protocol, 0)


PROTOCOLS = [
    pytest.param((2, 1, 6), (3, 2), id="tcp"),
    pytest.param((2, 1 | 0o2000000, 0), (3, 2), id="tcp-by-type"),
    pytest.param((10, 2, 0), (4, 3), id="udp6-by-type"),
    pytest.param((2, 3, 1), (3, 5), id="raw"),
    pytest.param((2, 3 | 0o2000000, 1), (3, 4), id="raw-with-flags-is-icmp"),
    pytest.param((1, 1, 0), (8, 0), id="unix"),
    pytest.param((16, 3, 0), (15, 0), id="netlink"),
    pytest.param((17, 3, 0), (0, 0), id="packet"),
]


@pytest.mark.parametrize(("ask", "kind"), PROTOCOLS)
def test_socket_kinds(host, ask, kind):
    host.go(socket(5, *ask))
    assert (host.fd(100, 5).type, host.fd(100, 5).l4proto) == kind


def test_old_socket_call_reads_its_enter_event(any_host):
    any_host.go((18, 100, 2, 1, 6), (19, 100, 5))
    assert any_host.fd(100, 5).l4proto == 2


@pytest.mark.parametrize(("result", "flags"), [(0, CLIENT | CONNECTED), (-115, CLIENT | PENDING)])
def test_connect_names_both_ends(host, tuple4, result, flags):
    host.go(socket(5, *TCP), ("connect<", 100, result, tuple4(*A, *B), 5, address4(*B)))
    assert host.name(100, 5) == b"10.0.0.1:4000->10.0.0.2:80"
    assert host.fd(100, 5).flags == flags


def test_refused_connect_changes_nothing(host, tuple4):
    host.go(socket(5, *TCP), ("connect<", 100, -111, tuple4(*A, *B), 5, address4(*B)))
    assert host.name(100, 5) == b"" and host.fd(100, 5).flags == 0


def test_second_connect_of_a_udp_socket(host, sysdig_host, tuple4):
    second = tuple4(*A, "9.9.9.9", 53)
    host.go(socket(5, *UDP), *[("connect<", 100, 0, pair, 5, None) for pair in (tuple4(*A, *B), second)])
    assert host.name(100, 5) == b"10.0.0.1:4000->9.9.9.9:53"
    old = [((22, 100, 5), (23, 100, 0, pair)) for pair in (tuple4(*A, *B), second)]
    sysdig_host.go((18, 100, *UDP), (19, 100, 5), *old[0], *old[1])
    assert sysdig_host.name(100, 5) == b"10.0.0.1:4000->10.0.0.2:80"


def test_connect_without_a_tuple_takes_the_address_passed(host):
    host.go(socket(5, *TCP), ("connect<", 100, 0, None, 5, address4(*B)))
    assert host.fd(100, 5).dip == b"\x0a\0\0\x02" and host.fd(100, 5).dport == 80


def test_mapped_pair_is_ipv4(host):
    pair = b"\x0a" + mapped6(*A) + mapped6(*B)
    host.go(socket(5, 10, 1, 6), ("connect<", 100, 0, pair, 5, None))
    assert (host.fd(100, 5).type, host.name(100, 5)) == (3, b"10.0.0.1:4000->10.0.0.2:80")


BINDS = [
    pytest.param((2, 1, 6), address4("0.0.0.0", 80), 5, b"0.0.0.0:80", id="ipv4"),
    pytest.param((10, 1, 6), b"\x0a" + bytes(16) + b"\x50\0", 5, b"0.0.0.0:80", id="any-ipv6-is-ipv4"),
    pytest.param((10, 1, 6), b"\x0a" + b"\x20\x01" + bytes(13) + b"\x04" + b"\x50\0", 6, b"2001::4:80", id="ipv6"),
    pytest.param((2, 1, 6), address4("0.0.0.0", 0), 3, b"0.0.0.0:0", id="port-0-only-names"),
    pytest.param((1, 1, 0), b"\x01/run/x\0", 8, b"/run/x", id="unix"),
]


@pytest.mark.parametrize(("ask", "address", "kind", "name"), BINDS)
def test_bind(host, ask, address, kind, name):
    host.go(socket(5, *ask), ("bind<", 100, 0, address, 5))
    assert (host.fd(100, 5).type, host.name(100, 5)) == (kind, name)


@pytest.mark.parametrize("call", ["accept", "accept4"])
def test_accept_makes_a_server_socket(host, tuple4, call):
    kind = {"accept": 247, "accept4": 389}[call]
    host.go((kind, 100, 6, tuple4(*B, *A), 0, 0, 0, *([0o2000000] if call == "accept4" else [])))
    fd = host.fd(100, 6)
    assert (fd.name, fd.flags & SERVER, fd.l4proto) == (b"10.0.0.2:80->10.0.0.1:4000", SERVER, 2)
    assert bool(fd.open_flags) is (call == "accept4")


def test_accept_of_an_unknown_family_adds_nothing(host):
    host.go((247, 100, 6, b"\x05\0\0", 0, 0, 0))
    assert host.fd(100, 6) is None


def test_socketpair_makes_two_unix_sockets(host):
    host.go(("socketpair<", 100, 0, 6, 7, 0x11, 0x22, 1, 1, 0))
    assert [(host.fd(100, k).type, host.fd(100, k).source, host.fd(100, k).destination) for k in (6, 7)] == [(8, 0x11, 0x22)] * 2
