"""Sockets: both ends as the kernel has them, data up to the snap length, options."""

import ctypes as ct
import socket
import struct

import pytest
from live.lowlevel import Low, call
from live.stage import text

ALL = "socket bind connect listen accept accept4 socketpair shutdown sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg getsockopt setsockopt".split()
FAMILIES = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]


def end(family, address, port):
    return socket.inet_pton(family, address) + struct.pack("<H", port)


def pair(family, source, destination):
    return bytes([family]) + end(family, *source[:2]) + end(family, *destination[:2])


@pytest.fixture(params=FAMILIES, ids=["v4", "v6"])
def server(request):
    family, address = request.param
    try:
        with socket.create_server((address, 0), family=family) as made:
            yield made
    except OSError as error:
        pytest.skip(f"{address}: {error}")


def test_a_connection_from_both_sides(stage, server):
    family, name = server.family, server.getsockname()

    def act():
        client = socket.socket(family)
        client.connect(name)
        accepted, _ = server.accept()
        client.sendall(b"question")
        accepted.recv(100)
        accepted.sendmsg([b"an", b"swer"])
        client.recvmsg(100)
        client.shutdown(socket.SHUT_WR)

    seen = stage.run(act, *ALL)
    connected, accepted = seen.one("connect"), seen.one("accept4")
    ends = connected.tuple
    assert (connected.res, ends[0], ends[-len(ends) // 2 + 1 :]) == (0, family, end(family, *name[:2]))
    assert connected.addr == bytes([family]) + end(family, *name[:2])
    assert accepted.tuple == ends and accepted.fd >= 0 and accepted.queuemax > 0
    sent, got, answered, read = seen.one("sendto"), seen.one("recvfrom"), seen.one("sendmsg"), seen.one("recvmsg")
    assert (sent.res, sent.data, sent.size, sent.fd, sent.tuple) == (8, b"question", 8, connected.fd, ends)
    assert (got.res, got.data, got.size, got.fd, got.tuple) == (8, b"question", 100, accepted.fd, ends)
    back = ends[:1] + ends[-len(ends) // 2 + 1 :] + ends[1 : len(ends) // 2 + 1]
    assert (answered.res, answered.data, answered.size, answered.tuple) == (6, b"answer", 6, back)
    assert (read.res, read.data, read.size, read.tuple) == (6, b"answer", 6, back)
    assert (seen.one("shutdown").fd, seen.one("shutdown").how) == (connected.fd, 1)


def test_a_refused_connection_names_whom_it_meant(stage):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        found = stage.run(lambda: socket.socket().connect_ex(("127.0.0.1", port)), "connect").one("connect")
    assert found.res == -111 and found.tuple[7:] == end(socket.AF_INET, "127.0.0.1", port)


def test_datagrams_name_their_peers(stage):
    def act():
        one, two = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
        two.bind(("127.0.0.1", 0))
        one.bind(("127.0.0.1", 0))
        one.sendto(b"hello", two.getsockname())
        two.recvfrom(10)

    seen = stage.run(act, *ALL)
    sent, got = seen.one("sendto"), seen.one("recvfrom")
    assert sent.tuple == got.tuple and sent.tuple[:5] == b"\2\x7f\0\0\1" and len(sent.tuple) == 13
    assert [event.addr for event in seen.of("bind")] == [b"\2\x7f\0\0\1\0\0"] * 2  # no port was asked for


def test_a_bound_port_is_told(stage):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def act():
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("127.0.0.1", port))
        made.listen(7)

    seen = stage.run(act, *ALL)
    assert seen.one("bind").addr == b"\2" + end(socket.AF_INET, "127.0.0.1", port)
    assert (seen.one("listen").backlog, seen.one("listen").res) == (7, 0)
    option = seen.one("setsockopt")
    assert (option.level, option.optname, option.val, option.optlen) == (1, 2, b"\2\1\0\0\0", 4)


@pytest.mark.parametrize(("name", "told"), [("sock", "{here}/sock"), ("{here}/sock", "{here}/sock"), ("\0hidden", "@hidden")])
def test_unix_sockets_have_the_servers_path(stage, here, name, told):
    name, told = name.format(here=here), told.format(here=here)
    (here / "link").symlink_to("sock")

    def act():
        server = socket.socket(socket.AF_UNIX)
        server.bind(name)
        server.listen()
        client = socket.socket(socket.AF_UNIX)
        client.connect(name if name[0] == "\0" else "./link")
        accepted, _ = server.accept()
        client.send(b"x")
        accepted.recv(1)

    seen = stage.run(act, *ALL)
    connected, accepted = seen.one("connect"), seen.one("accept4")
    assert connected.tuple[0] == accepted.tuple[0] == 1
    assert [text(event.tuple[17:]) for event in (connected, accepted, seen.one("sendto"), seen.one("recvfrom"))] == [told] * 4
    assert connected.tuple[1:17] == accepted.tuple[1:17] and 0 not in struct.unpack("<QQ", connected.tuple[1:17])
    assert text(connected.addr[1:]) == ("@hidden" if name[0] == "\0" else "./link")


def test_a_pair(stage):
    found = stage.run(socket.socketpair, "socketpair").one("socketpair")
    assert (found.res, found.domain, found.type & 15, found.proto) == (0, 1, 1, 0)
    assert found.fd2 == found.fd1 + 1 and found.source and found.peer


class Header(ct.Structure):
    _fields_ = (("name", ct.c_void_p), ("name_size", ct.c_uint), ("vectors", ct.c_void_p), ("count", ct.c_size_t))
    _fields_ += (("control", ct.c_void_p), ("control_size", ct.c_size_t), ("flags", ct.c_int))


class Message(ct.Structure):
    _fields_ = (("header", Header), ("size", ct.c_uint))


def messages(*texts, name=None):
    kept = [ct.create_string_buffer(part, len(part)) for part in texts]
    vectors = [(ct.c_size_t * 2)(ct.addressof(buffer), len(buffer)) for buffer in kept]
    made = (Message * len(texts))()
    for message, vector in zip(made, vectors, strict=True):
        message.header.vectors, message.header.count = ct.addressof(vector), 1
        if name is not None:
            message.header.name, message.header.name_size = ct.addressof(name), len(name)
    made.kept = (kept, vectors, name)
    return made


def test_each_message_of_many(stage):
    def act():
        one, two = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
        two.bind(("127.0.0.1", 0))
        family, port = socket.AF_INET, two.getsockname()[1]
        name = ct.create_string_buffer(struct.pack("<H", family) + struct.pack(">H", port) + b"\x7f\0\0\1" + bytes(8), 16)
        sent, space = messages(b"first", b"2nd", name=name), messages(bytes(20), bytes(20))
        assert call(307, one.fileno(), ct.addressof(sent), 2, 0) == 2
        assert call(299, two.fileno(), ct.addressof(space), 2, 0, 0) == 2

    seen = stage.run(act, "sendmmsg", "recvmmsg")
    sent, got = seen.of("sendmmsg"), seen.of("recvmmsg")
    assert [(event.res, event.size, event.data) for event in sent] == [(2, 5, b"first"), (2, 3, b"2nd")]
    assert [(event.res, event.size, event.data) for event in got] == [(2, 5, b"first"), (2, 3, b"2nd")]
    assert sent[0].tuple[7:] == sent[1].tuple[7:] and len(sent[0].tuple) == 13


def test_data_ends_at_the_snap_length(stage):
    def act():
        one, two = socket.socketpair()
        one.sendmsg([b"a" * 50, b"b" * 50, b"c" * 50])
        two.recv(1000)

    seen = stage.run(act, "sendmsg", "recvfrom")
    assert seen.one("sendmsg").data == b"a" * 50 + b"b" * 30 and seen.one("sendmsg").size == 150
    assert seen.one("recvfrom").data == b"a" * 50 + b"b" * 30 and seen.one("recvfrom").res == 150


OPTIONS = [
    (socket.SO_RCVTIMEO, struct.pack("<qq", 3, 5), 20, b"\4" + struct.pack("<Q", 3_000_005_000)),
    (socket.SO_LINGER, struct.pack("<ii", 1, 9), 13, b"\0" + struct.pack("<ii", 1, 9)),
    (socket.SO_KEEPALIVE, struct.pack("<i", 1), 9, b"\2" + struct.pack("<i", 1)),
]


@pytest.mark.parametrize(("option", "value", "portable", "told"), OPTIONS)
def test_options_by_kind(stage, option, value, portable, told):
    found = stage.run(lambda: socket.socket().setsockopt(socket.SOL_SOCKET, option, value), "setsockopt").one("setsockopt")
    assert (found.res, found.level, found.optname, found.val, found.optlen) == (0, 1, portable, told, len(value))


def test_a_question_for_an_error(stage):
    found = stage.run(lambda: socket.socket().getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), "getsockopt").one("getsockopt")
    assert (found.res, found.level, found.optname, found.val) == (0, 1, 4, b"\1" + bytes(8))


@pytest.mark.parametrize("entry", ["direct", "socketcall"])
def test_32_bit_calls(stage, entry):
    """socketcall is how old 32-bit programs reach every call of this family."""
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]

    def act():
        low = Low()
        address = low.put(struct.pack("<H", 2) + struct.pack(">H", port) + b"\x7f\0\0\1" + bytes(8))
        numbers = {"direct": {"socket": 359, "connect": 362, "sendmsg": 370}, "socketcall": {"socket": 1, "connect": 3, "sendmsg": 16}}[
            entry
        ]

        def do(name, *arguments):
            if entry == "direct":
                return low.call(numbers[name], *arguments)
            return low.call(102, numbers[name], low.put(struct.pack(f"<{len(arguments)}I", *arguments)))

        fd = do("socket", 2, 1, 0)
        assert do("connect", fd, address, 16) == 0
        vector = low.put(struct.pack("<II", low.put(b"narrow"), 6))
        assert do("sendmsg", fd, low.put(struct.pack("<7I", 0, 0, vector, 1, 0, 0, 0)), 0) == 6

    with server:
        seen = stage.run(act, "socket", "connect", "sendmsg")
    connected, sent = seen.one("connect"), seen.one("sendmsg")
    assert connected.fd == seen.one("socket").fd and connected.tuple[7:] == end(socket.AF_INET, "127.0.0.1", port)
    assert (sent.res, sent.data, sent.fd) == (6, b"narrow", connected.fd)
