"""Calls to a gRPC server of another make, and to what only looks like one."""

import socket
import subprocess
import sys
import time
from contextlib import suppress

import grpc
import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from hypothesis import given
from hypothesis import strategies as st

from firmer.live.asking import LONGEST, NONSENSE, REFUSED, SILENT, TOO_LONG, NoAnswer, connect
from firmer.live.grpc import Channel, Unimplemented

SOCKET = "containerd/containerd.sock"


def call(path, method="/x.Y/Echo", message=b"hello", headers=(), seconds=2.0):
    until = time.monotonic() + seconds
    with connect(str(path), 0, until) as connection:
        return Channel(connection, until).call(method, message, headers)


def echo(request, headers):
    return request


@pytest.mark.parametrize("size", [0, 1, 100_000, 700_000])
def test_an_answer_of_any_size(grpc_server, size):
    path = grpc_server({"/x.Y/Echo": lambda request, headers: b"x" * size})
    assert call(path) == b"x" * size


def test_several_calls_on_one_connection(grpc_server):
    path, until = grpc_server({"/x.Y/Echo": echo}), time.monotonic() + 2
    with connect(path, 0, until) as connection:
        channel = Channel(connection, until)
        assert [channel.call("/x.Y/Echo", b"%d" % k) for k in range(5)] == [b"%d" % k for k in range(5)]


def test_headers_are_sent(grpc_server):
    path = grpc_server({"/x.Y/Echo": lambda request, headers: headers["containerd-namespace"].encode()})
    assert call(path, headers=[("containerd-namespace", "k8s.io")]) == b"k8s.io"


@pytest.mark.parametrize(
    ("status", "why"), [(grpc.StatusCode.NOT_FOUND, ""), (grpc.StatusCode.UNKNOWN, ""), (grpc.StatusCode.PERMISSION_DENIED, REFUSED)]
)
def test_a_failure_is_no_answer(grpc_server, status, why):
    with pytest.raises(NoAnswer) as caught:
        call(grpc_server({"/x.Y/Echo": lambda request, headers: status}))
    assert caught.value.why == why and not isinstance(caught.value, Unimplemented)


def test_a_service_that_is_not_there(grpc_server):
    with pytest.raises(Unimplemented):
        call(grpc_server({}))


def test_too_long_an_answer(grpc_server):
    with pytest.raises(NoAnswer) as caught:
        call(grpc_server({"/x.Y/Echo": lambda request, headers: b"x" * LONGEST}))
    assert caught.value.why == TOO_LONG


def test_too_slow_an_answer(grpc_server):
    path = grpc_server({"/x.Y/Echo": lambda request, headers: time.sleep(1) or b""})
    with pytest.raises(NoAnswer) as caught:
        call(path, seconds=0.2)
    assert caught.value.why == SILENT


def as_server(request, *does):
    """What a server of HTTP/2 says to a request when it does this."""
    http = H2Connection(H2Configuration(client_side=False))
    http.initiate_connection()
    http.receive_data(request)
    for each in does:
        each(http)
    return http.data_to_send()


def headers(*more, end=False):
    return lambda http: http.send_headers(1, [*more], end_stream=end)


def data(body, end=False):
    return lambda http: http.send_data(1, body, end_stream=end)


OK = (":status", "200"), ("content-type", "application/grpc")
DONE = headers(("grpc-status", "0"), end=True)
EMPTY = b"\0\0\0\0\0"
BAD = {
    "nothing": [],
    "an-error-page": [headers((":status", "503"), end=True)],
    "no-status": [headers(*OK), data(EMPTY, end=True)],
    "status-without-message": [headers(*OK, ("grpc-status", "0"), end=True)],
    "compressed": [headers(*OK), data(b"\1\0\0\0\0"), DONE],
    "longer-than-told": [headers(*OK), data(EMPTY + b"x"), DONE],
    "shorter-than-told": [headers(*OK), data(b"\0\0\0\0\5abc"), DONE],
    "half-a-head": [headers(*OK), data(b"\0\0"), DONE],
    "reset": [headers(*OK), lambda http: http.reset_stream(1)],
    "gone-away": [lambda http: http.close_connection()],
}


@pytest.mark.parametrize("does", BAD.values(), ids=BAD)
def test_an_answer_that_is_none(serve, tmp_path, does):
    serve(lambda request: as_server(request, *does), path=SOCKET)
    with pytest.raises(NoAnswer) as caught:
        call(tmp_path / SOCKET, seconds=0.3)
    assert caught.value.why == NONSENSE


def test_an_answer_that_is_one(serve, tmp_path):
    serve(lambda request: as_server(request, headers(*OK), data(b"\0\0\0\0\2hi"), DONE), path=SOCKET)
    assert call(tmp_path / SOCKET) == b"hi"


def ping(connection):
    while True:
        connection.sendall(b"\0\0\x08\x06\0\0\0\0\0" + bytes(8))


def settings_again(connection):
    while True:
        connection.sendall(b"\0\0\0\x04\0\0\0\0\0")
        time.sleep(0.01)


@pytest.mark.parametrize("does", [ping, settings_again, lambda connection: connection.recv(1)])
def test_who_never_answers_is_not_waited_for(serve, tmp_path, does):
    serve(lambda request: b"", does, path=SOCKET)
    began = time.monotonic()
    with pytest.raises(NoAnswer) as caught:
        call(tmp_path / SOCKET, seconds=0.3)
    assert caught.value.why in (SILENT, TOO_LONG, NONSENSE) and time.monotonic() - began < 5


def a_request():
    http = H2Connection(H2Configuration(client_side=True))
    http.initiate_connection()
    http.send_headers(1, [(":method", "POST"), (":scheme", "http"), (":authority", "localhost"), (":path", "/x.Y/Echo")], end_stream=True)
    return http.data_to_send()


SAID = as_server(a_request(), headers(*OK), data(b"\0\0\0\0\2hi"), DONE)


def said_to_us(said):
    """What a call gives when this is said whatever it asks."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(said)
        theirs.shutdown(socket.SHUT_WR)
        return Channel(ours, time.monotonic() + 2).call("/x.Y/Echo", b"")


def test_what_the_next_test_changes_is_an_answer():
    assert said_to_us(SAID) == b"hi"


@given(
    st.lists(st.tuples(st.integers(0, len(SAID) - 1), st.integers(0, 255)), max_size=6), st.integers(0, len(SAID)), st.binary(max_size=40)
)
def test_any_bytes_end(changes, cut, noise):
    said = bytearray(SAID)
    for at, value in changes:
        said[at] = value
    with suppress(NoAnswer):
        said_to_us(bytes(said[:cut]) + noise)


def test_who_needs_no_engine_does_not_load_it():
    code = "import sys, firmer.live.runtimes; print('h2' in {name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}\n{code}"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
