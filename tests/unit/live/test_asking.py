"""One question over a unix socket, to servers of our own that answer well and badly."""

import json
import os
import socket
import time

import pytest

from firmer.live import asking
from firmer.live.asking import FOREIGN, NONSENSE, REFUSED, SILENT, TOO_LONG, NoAnswer, connect, get, parsed

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
TOLD = {"Name": "/web"}


def full(body):
    return HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


def soon(seconds=2.0):
    return time.monotonic() + seconds


def ask(tmp_path, seconds=2.0, owner=0):
    return get(str(tmp_path / "docker.sock"), "/x", owner, soon(seconds))


def test_an_answer(serve, tmp_path):
    asked = serve(lambda request: full(json.dumps(TOLD).encode()))
    assert ask(tmp_path) == TOLD
    assert asked[0].startswith(b"GET /x HTTP/1.0\r\n")


def test_an_answer_without_length_ends_with_the_connection(serve, tmp_path):
    serve(lambda request: HEAD + b"\r\n" + json.dumps(TOLD).encode())
    assert ask(tmp_path) == TOLD


def drip(connection):
    """A byte now and then, for ever."""
    while True:
        connection.sendall(b"x")
        time.sleep(0.02)


def flood(connection):
    while True:
        connection.sendall(b"x" * 65536)


BAD = {
    "not-found": (b"HTTP/1.1 404 Not Found\r\n\r\n{}", None, ""),
    "error": (b"HTTP/1.1 500 No\r\n\r\n{}", None, NONSENSE),
    "no-http": (b"220 smtp.example ESMTP\r\n", None, NONSENSE),
    "no-json": (full(b"<html>"), None, NONSENSE),
    "a-list": (full(b"[1]"), None, NONSENSE),
    "nothing": (b"", None, NONSENSE),
    "half": (HEAD + b"Content-Length: 99\r\n\r\n{", None, NONSENSE),
    "deep": (full(b"[" * 100_000), None, NONSENSE),
    "drips": (HEAD + b"\r\n{", drip, SILENT),
    "floods": (HEAD + b"\r\n{", flood, TOO_LONG),
    "silent": (b"", lambda connection: connection.recv(1), SILENT),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_whatever_it_says_the_answer_ends(serve, tmp_path, case):
    answer, after, why = case
    serve(lambda request: answer, after or (lambda connection: None))
    began = time.monotonic()
    with pytest.raises(NoAnswer) as caught:
        ask(tmp_path, 0.3)
    assert caught.value.why == why
    assert time.monotonic() - began < 5


def test_an_answer_from_somebody_else_is_not_taken(serve, tmp_path, monkeypatch):
    serve(lambda request: full(b"{}"))
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(NoAnswer) as caught:
        ask(tmp_path, owner=4712)
    assert caught.value.why == FOREIGN


def test_who_is_not_there_is_no_fault(tmp_path):
    with pytest.raises(NoAnswer) as caught:
        ask(tmp_path)
    assert caught.value.why == ""


def test_who_accepts_nobody_is_not_waited_for(tmp_path):
    place, held = str(tmp_path / "docker.sock"), []
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(place)
        server.listen(0)
        began = time.monotonic()
        try:
            with pytest.raises(NoAnswer) as caught:
                for _ in range(8):  # as many as the kernel lets wait
                    held.append(connect(place, os.geteuid(), soon(0.3)))
        finally:
            for connection in held:
                connection.close()
    assert caught.value.why == SILENT and time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("error", "why"),
    [(PermissionError(13, "no"), REFUSED), (TimeoutError(), SILENT), (BlockingIOError(), SILENT), (FileNotFoundError(), "")],
)
def test_what_the_system_says(error, why):
    assert asking.why(error) == why


@pytest.mark.parametrize("text", ["", "{", "[]", "1", '{"a":' * 100_000])
def test_what_is_no_object(text):
    with pytest.raises(NoAnswer) as caught:
        parsed(text)
    assert caught.value.why == NONSENSE
