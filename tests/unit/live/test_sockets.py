"""Sockets of our own network namespace, by netlink and by /proc/net."""

import os
import socket
from pathlib import Path

import pytest

from firmer.events.section import FdEntry
from firmer.live import sockets

IPV4, IPV6, IPV4_SERVER, IPV6_SERVER, UNIX, UNSUPPORTED, NETLINK = 3, 4, 5, 6, 8, 10, 15
TCP, UDP = 2, 3
LO4, LO6, ANY4 = socket.inet_aton("127.0.0.1"), socket.inet_pton(socket.AF_INET6, "::1"), bytes(4)
HERE = Path("/proc/self/ns/net").stat().st_ino


@pytest.fixture(params=["netlink", "proc"])
def way(request, monkeypatch):
    if request.param == "proc":
        monkeypatch.setattr(sockets, "netlink", lambda: None)


@pytest.fixture
def keep():
    kept: list[socket.socket] = []
    yield lambda made: kept.append(made) or made
    for made in kept:
        made.close()


def told(*made):
    """What is found of each socket, as the scan asks."""
    entries = [FdEntry(each.fileno(), UNSUPPORTED, os.fstat(each.fileno()).st_ino, b"socket:[1]") for each in made]
    notes = {}
    sockets.fill(HERE, [os.getpid()], entries, notes)
    sockets.name_unbound(os.getpid(), [entry for entry in entries if entry.name == b"socket:[1]"])
    assert not notes
    return entries


def bound(keep, family=socket.AF_INET, kind=socket.SOCK_STREAM, address="127.0.0.1", listen=True):
    try:
        made = keep(socket.socket(family, kind))
        made.bind((address, 0))
    except OSError:
        pytest.skip(f"this host has no {address}")
    if listen and kind == socket.SOCK_STREAM:
        made.listen()
    return made


def test_a_connection_has_two_ends(way, keep):
    server = bound(keep)
    client = keep(socket.create_connection(server.getsockname()))
    accepted = keep(server.accept()[0])
    listening, outgoing, incoming = told(server, client, accepted)
    port, other = server.getsockname()[1], client.getsockname()[1]
    assert (listening.type, listening.dip, listening.dport, listening.l4proto) == (IPV4_SERVER, LO4, port, TCP)
    assert (outgoing.type, outgoing.sip, outgoing.sport, outgoing.dip, outgoing.dport) == (IPV4, LO4, other, LO4, port)
    assert (incoming.type, incoming.sip, incoming.sport, incoming.dip, incoming.dport) == (IPV4, LO4, port, LO4, other)
    assert outgoing.name == b"" and outgoing.l4proto == TCP


def test_a_connection_of_ipv6(way, keep):
    server = bound(keep, socket.AF_INET6, address="::1")
    client = keep(socket.create_connection(server.getsockname()[:2]))
    listening, outgoing = told(server, client)
    assert (listening.type, listening.dip, listening.dport) == (IPV6_SERVER, LO6, server.getsockname()[1])
    assert (outgoing.type, outgoing.sip, outgoing.dip, outgoing.dport) == (IPV6, LO6, LO6, server.getsockname()[1])


def test_datagrams(way, keep):
    server = bound(keep, kind=socket.SOCK_DGRAM, address="0.0.0.0")
    client = keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    client.connect(("127.0.0.1", server.getsockname()[1]))
    waiting, outgoing = told(server, client)
    assert (waiting.type, waiting.dip, waiting.dport, waiting.l4proto) == (IPV4_SERVER, ANY4, server.getsockname()[1], UDP)
    assert (outgoing.type, outgoing.sip, outgoing.dport, outgoing.l4proto) == (IPV4, LO4, server.getsockname()[1], UDP)


def test_unix_sockets(way, keep, tmp_path):
    named, abstract = keep(socket.socket(socket.AF_UNIX)), keep(socket.socket(socket.AF_UNIX))
    named.bind(str(tmp_path / "a b"))
    abstract.bind(b"\0firmer-test-%d" % os.getpid())
    nameless = keep(socket.socket(socket.AF_UNIX))
    first, second, third = told(named, abstract, nameless)
    assert (first.type, first.name) == (UNIX, os.fsencode(tmp_path / "a b"))
    assert (second.type, second.name) == (UNIX, b"@firmer-test-%d" % os.getpid())
    assert (third.type, third.name) == (UNIX, b"")


@pytest.mark.parametrize(
    ("family", "kind", "expected"),
    [
        (socket.AF_INET, socket.SOCK_STREAM, (IPV4, TCP)),
        (socket.AF_INET, socket.SOCK_DGRAM, (IPV4, UDP)),
        (socket.AF_INET6, socket.SOCK_STREAM, (IPV6, TCP)),
        (socket.AF_INET6, socket.SOCK_DGRAM, (IPV6, UDP)),
        (socket.AF_NETLINK, socket.SOCK_RAW, (NETLINK, 0)),
    ],
)
def test_what_is_neither_bound_nor_connected_has_a_kind_and_no_address(way, keep, family, kind, expected):
    try:
        made = keep(socket.socket(family, kind))
    except OSError:
        pytest.skip("the kernel has no such family")
    (found,) = told(made)
    assert (found.type, found.l4proto, found.name, found.sip, found.dip) == (*expected, b"", b"", b"")


def test_only_what_was_asked_for_is_told(way, keep):
    asked, other = bound(keep), bound(keep)
    wanted = {os.fstat(asked.fileno()).st_ino: []}
    found = dict(sockets.told(HERE, os.getpid(), wanted))
    assert found.keys() == wanted.keys() and os.fstat(other.fileno()).st_ino not in found


def test_a_member_of_another_namespace_is_not_asked():
    entries, notes = [FdEntry(3, UNSUPPORTED, 1, b"socket:[1]")], {}
    sockets.fill(HERE + 1, [os.getpid()], entries, notes)
    assert entries[0].type == UNSUPPORTED and notes == {"sockets: namespace without a living member": 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"0100007F:1F90", (LO4, 8080)),
        (b"00000000:0000", (ANY4, 0)),
        (b"00000000000000000000000001000000:0016", (LO6, 22)),
        (b"B80D01200000000000000000010000FF:0001", (socket.inet_pton(socket.AF_INET6, "2001:db8::ff00:1"), 1)),
    ],
)
def test_addresses_of_proc(text, expected):
    assert sockets.address(text) == expected
