"""Calls over gRPC to engines: one question, one answer.

HTTP/2 is the h2 library's, which does no reading and writing of its own: how long an answer may take, how long it may be and whose it has
to be is decided by asking.py, as for every engine. grpcio would bring 19 MB of C++ and threads into the process that may look at the whole
host, and tells nobody who is at the other end. Imported when there is a socket to ask.
"""

import socket
from collections.abc import Iterable, Iterator
from struct import pack, unpack

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, Event, ResponseReceived, StreamEnded, StreamReset, TrailersReceived
from h2.exceptions import ProtocolError

from firmer.live.asking import LONGEST, NONSENSE, REFUSED, TOO_LONG, NoAnswer, receive, send

OK, PERMISSION_DENIED, UNIMPLEMENTED = b"0", b"7", b"12"
PREFIX = 5  # bytes before a message: whether it is compressed, its length
REQUEST = ((":method", "POST"), (":scheme", "http"), (":authority", "localhost"))
HEADERS = (("te", "trailers"), ("content-type", "application/grpc"), ("user-agent", "firmer"))
Headers = Iterable[tuple[str, str]]


class Unimplemented(NoAnswer):
    """The engine has no such service."""


class Channel:
    """Calls on one connection. Each raises NoAnswer when it comes to nothing."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection = connection
        self._until = until
        self._received = 0
        self._http = H2Connection(H2Configuration(client_side=True, header_encoding=None))
        self._http.initiate_connection()

    def call(self, method: str, message: bytes, headers: Headers = ()) -> bytes:
        """The answer's message. `method` is `/package.Service/Method`."""
        stream = self._http.get_next_available_stream_id()
        try:
            self._http.send_headers(stream, [*REQUEST, (":path", method), *HEADERS, *headers])
            self._http.send_data(stream, b"\0" + pack(">I", len(message)) + message, end_stream=True)
        except ProtocolError as error:  # it said before that it wants no more
            raise NoAnswer(NONSENSE) from error
        body, told = bytearray(), dict[bytes, bytes]()
        for event in self._events():
            if getattr(event, "stream_id", None) != stream:
                continue
            if isinstance(event, (ResponseReceived, TrailersReceived)):
                told |= event.headers
            elif isinstance(event, DataReceived):
                body += event.data
                self._http.acknowledge_received_data(event.flow_controlled_length, stream)
            elif isinstance(event, StreamReset):
                raise NoAnswer(NONSENSE)
            elif isinstance(event, StreamEnded):
                break
        return answer(told, bytes(body))

    def _events(self) -> Iterator[Event]:
        while True:
            send(self._connection, self._http.data_to_send(), self._until)
            data = receive(self._connection, self._until)
            self._received += len(data)
            if not data:
                raise NoAnswer(NONSENSE)
            if self._received > LONGEST:  # of all calls together, with what HTTP/2 puts between
                raise NoAnswer(TOO_LONG)
            try:
                yield from self._http.receive_data(data)
            except ProtocolError as error:
                raise NoAnswer(NONSENSE) from error


def answer(told: dict[bytes, bytes], body: bytes) -> bytes:
    """The message in a body, when the headers say that there is one."""
    status = told.get(b"grpc-status")
    if told.get(b":status") != b"200" or status is None:
        raise NoAnswer(NONSENSE)
    if status == UNIMPLEMENTED:
        raise Unimplemented
    if status != OK:
        raise NoAnswer(REFUSED if status == PERMISSION_DENIED else "")
    if len(body) < PREFIX or body[0] != 0 or unpack(">I", body[1:PREFIX])[0] != len(body) - PREFIX:
        raise NoAnswer(NONSENSE)
    return body[PREFIX:]
