"""fd.sip, fd.cport, fd.net and their like."""

import pytest

from firmer.events.section import FdEntry
from firmer.fields.fd_socket import set_resolver

HERE, THERE = bytes((10, 0, 0, 1)), bytes((1, 2, 3, 4))


@pytest.fixture
def client(tuple4):
    return (
        ("socket>", 30, 2, 1, 0), ("socket<", 30, 5, 2, 1, 0), ("connect>", 30, 5, b"\x02\x01\x02\x03\x04\xbb\x01"),
        ("connect<", 30, 0, tuple4("10.0.0.1", 40000, "1.2.3.4", 443), 5),
    )  # fmt: skip


@pytest.fixture
def server(tuple4):
    return ("accept4>", 30, 0), ("accept4<", 30, 6, tuple4("1.2.3.4", 50000, "10.0.0.1", 80), 0, 0, 0, 0)


LISTENING = (("socket>", 30, 2, 1, 0), ("socket<", 30, 5, 2, 1, 0), ("bind>", 30, 5), ("bind<", 30, 0, b"\x02\x00\x00\x00\x00\x50\x00", 5))
READ = (("read>", 30, 7, 10), ("read<", 30, 0, b"", 7, 10))

ENDS = [
    # field, of the client, of the server, of a listening socket
    ("fd.cip", "10.0.0.1", "1.2.3.4", None),
    ("fd.sip", "1.2.3.4", "10.0.0.1", "0.0.0.0"),
    ("fd.lip", "10.0.0.1", "10.0.0.1", None),
    ("fd.rip", "1.2.3.4", "1.2.3.4", None),
    ("fd.cport", 40000, 50000, None),
    ("fd.sport", 443, 80, 80),
    ("fd.lport", 40000, 80, None),
    ("fd.rport", 443, 50000, None),
    ("fd.cproto", "40000", "50000", ""),
    ("fd.sproto", "443", "80", ""),
    ("fd.lproto", "40000", "80", None),
    ("fd.rproto", "443", "50000", None),
    ("fd.is_server", False, True, True),
    ("fd.l4proto", "tcp", "tcp", "tcp"),
    ("fd.cip.name", None, None, None),
]


@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
@pytest.mark.parametrize("field,of_client,of_server,of_listening", ENDS)
def test_ends(ask_worker, client, server, field, of_client, of_server, of_listening, dialect):
    assert ask_worker(field, *client, dialect=dialect) == of_client
    assert ask_worker(field, *server, dialect=dialect) == of_server
    assert ask_worker(field, *LISTENING, dialect=dialect) == of_listening


@pytest.mark.parametrize("field", [row[0] for row in ENDS if row[0] not in ("fd.is_server", "fd.l4proto")])
def test_files_have_no_ends(ask_worker, field):
    assert ask_worker(field, *READ) is None


@pytest.mark.parametrize("field,ends", [("fd.ip", ["10.0.0.1", "1.2.3.4"]), ("fd.port", [40000, 443]), ("fd.proto", [40000, 443])])
def test_either_end(ask_worker, client, field, ends):
    assert ask_worker(field, *client) == ends
    assert ask_worker(field, *client, output=True) is None


def test_exists_holds_of_each_descriptor_today(ask_worker):
    assert ask_worker("fd.ip", *READ) == []
    assert ask_worker("fd.ip", *READ, dialect="sysdig") is None
    assert ask_worker("fd.ip", ("kill<", 30, 0, 1, 15)) is None


def test_a_socket_without_a_role_has_ports_of_either_end_only(ask_worker):
    fds = {30: [FdEntry(9, 4, 1, sip=bytes(15) + b"\1", dip=bytes(15) + b"\2", sport=5, dport=6, l4proto=3)]}
    read = ("read>", 30, 9, 10), ("read<", 30, 0, b"", 9, 10)
    assert ask_worker("fd.sport", *read, fds=fds) is None
    assert ask_worker("fd.port", *read, fds=fds) == [5, 6]
    assert ask_worker("fd.ip", *read, fds=fds) == ["::1", "::2"]


def test_names_come_from_a_resolver_only(ask_worker, client):
    set_resolver({THERE: b"www.example.com"}.get)
    try:
        assert ask_worker("fd.sip.name", *client) == "www.example.com"
        assert ask_worker("fd.rip.name", *client) == "www.example.com"
        assert ask_worker("fd.cip.name", *client) is None
    finally:
        set_resolver(None)
    assert ask_worker("fd.sip.name", *client) is None
