"""One question to an engine over a unix socket: who may answer it, in what time, at what length.

    with connect(path, owner, until) as connection:
        send(connection, request, until)
        while piece := receive(connection, until): ...

Whatever the other end does, this ends at `until` (of time.monotonic) and raises NoAnswer.
"""

import json
import os
import socket
import time
from struct import unpack
from typing import Any

LONGEST = 1 << 20  # bytes of an answer
SILENT = "no answer in time"
NONSENSE = "an answer that makes no sense"
TOO_LONG = "an answer of more than 1 MB"
REFUSED = "may not be asked"
FOREIGN = "belongs to somebody else"


class NoAnswer(Exception):
    """The engine is not there or does not know the container. With `why`: it is there, and this is wrong with it."""

    def __init__(self, why: str = "") -> None:
        super().__init__(why)
        self.why = why


def left(until: float) -> float:
    """Seconds; NoAnswer when there are none."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise NoAnswer(SILENT)
    return seconds


def connect(path: str, owner: int, until: float) -> socket.socket:
    """A connection to a socket whose other end is of user `owner`, or our own."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        connection.settimeout(left(until))
        connection.connect(path)
        if unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1] not in (owner, os.geteuid()):
            raise NoAnswer(FOREIGN)
    except OSError as error:
        connection.close()
        raise NoAnswer(why(error)) from error
    except NoAnswer:
        connection.close()
        raise
    return connection


def why(error: OSError) -> str:
    if isinstance(error, (TimeoutError, BlockingIOError)):  # the latter: nobody accepts connections
        return SILENT
    return REFUSED if isinstance(error, PermissionError) else ""


def send(connection: socket.socket, data: bytes, until: float) -> None:
    try:
        connection.settimeout(left(until))
        connection.sendall(data)
    except OSError as error:
        raise NoAnswer(why(error) or NONSENSE) from error


def receive(connection: socket.socket, until: float) -> bytes:
    """What came; empty at the end."""
    try:
        connection.settimeout(left(until))
        return connection.recv(65536)
    except OSError as error:
        raise NoAnswer(why(error) or NONSENSE) from error


def parsed(text: bytes | str) -> dict[str, Any]:
    """The object that a JSON text holds."""
    found = loaded(text)
    if not isinstance(found, dict):
        raise NoAnswer(NONSENSE)
    return found


def loaded(text: bytes | str) -> Any:
    """What a JSON text holds."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoAnswer(NONSENSE) from error


# -- HTTP --------------------------------------------------------------------------------------------------------------
def get(path: str, target: str, owner: int, until: float) -> dict[str, Any]:
    """The object that is the answer to a GET."""
    with connect(path, owner, until) as connection:
        # the first version of HTTP: no pieces, and the answer ends where the connection does
        send(connection, f"GET {target} HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode(), until)
        text = bytearray()
        while not ended(text) and (piece := receive(connection, until)):
            text += piece
            if len(text) > LONGEST:
                raise NoAnswer(TOO_LONG)
    head, _, body = bytes(text).partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1:2] if head.startswith(b"HTTP/1.") else []
    if status != [b"200"]:
        raise NoAnswer("" if status == [b"404"] else NONSENSE)
    return parsed(body)


def ended(text: bytearray) -> bool:
    """Whether the length that the head tells is there, for those who keep the connection open."""
    head, found, body = text.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n")[1:] if found else ():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length" and value.strip().isdigit():
            return len(body) >= int(value)
    return False
