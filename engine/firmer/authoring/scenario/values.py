"""Python values as event parameters.

A parameter's type decides its form; bytes stand for themselves. What is missing takes the default that writers take: zeros of
the type's width, all ones for user and group ids, nothing for texts, buffers and addresses.

Source: docs/capture-format.md, parameters.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10
FIXED = {
    "INT8": "b", "INT16": "h", "INT32": "i", "INT64": "q", "UINT8": "B", "UINT16": "H", "UINT32": "I", "UINT64": "Q",
    "ERRNO": "q", "FD": "q", "PID": "q", "FD32": "i", "PID32": "i", "UID": "I", "GID": "I", "SYSCALLID": "H", "SIGTYPE": "B",
    "SIGSET": "I", "RELTIME": "Q", "ABSTIME": "Q", "MODE": "I", "PORT": "H",
    "FLAGS8": "B", "FLAGS16": "H", "FLAGS32": "I", "ENUMFLAGS8": "B", "ENUMFLAGS16": "H", "ENUMFLAGS32": "I",
}  # fmt: skip
NOBODY = {"UID", "GID"}
TEXTS = {"CHARBUF", "FSPATH", "FSRELPATH"}


@dataclass(frozen=True, slots=True)
class Address:
    """One end of a socket: an IP address with a port, or a path of the file system."""

    host: str
    port: int = 0

    @property
    def family(self) -> int:
        if self.host.startswith("/"):
            return AF_UNIX
        return AF_INET if ip_address(self.host).version == 4 else AF_INET6

    @property
    def packed(self) -> bytes:
        return self.host.encode() if self.family == AF_UNIX else ip_address(self.host).packed

    def sockaddr(self) -> bytes:
        if self.family == AF_UNIX:
            return bytes([AF_UNIX]) + self.packed + b"\0"
        return bytes([self.family]) + self.packed + struct.pack("<H", self.port)


@dataclass(frozen=True, slots=True)
class Pair:
    """Both ends of a connection; of unix sockets also the kernel's addresses of both."""

    source: Address
    destination: Address
    pointers: tuple[int, int] = (0, 0)

    def tuple(self) -> bytes:
        if self.destination.family == AF_UNIX:
            return bytes([AF_UNIX]) + struct.pack("<QQ", *self.pointers) + self.destination.packed + b"\0"
        ends = (
            self.source.packed + struct.pack("<H", self.source.port),
            self.destination.packed + struct.pack("<H", self.destination.port),
        )
        return bytes([self.destination.family]) + b"".join(ends)


Value = int | str | bytes | Sequence[str] | Address | Pair | None


def texts(words: Sequence[str]) -> bytes:
    """args, env and cgroups: texts back to back, each with its NUL."""
    return b"".join(word.encode("utf-8", "surrogateescape") + b"\0" for word in words)


def pack(kind: str, value: Value) -> bytes:
    """The bytes of one parameter of a type of the event table."""
    if isinstance(value, bytes):
        return value
    if kind in FIXED:
        if value is None:
            value = -1 if kind in NOBODY else 0
        if not isinstance(value, int):
            raise TypeError(f"{kind} takes a number, not {value!r}")
        width = struct.calcsize("<" + FIXED[kind])
        return (value & (1 << 8 * width) - 1).to_bytes(width, "little")
    if value is None:
        return b""
    if kind in TEXTS and isinstance(value, str):
        return texts([value])
    if kind == "SOCKADDR" and isinstance(value, Address):
        return value.sockaddr()
    if kind == "SOCKTUPLE" and isinstance(value, Pair):
        return value.tuple()
    if kind == "BYTEBUF" and not isinstance(value, str | int | Address | Pair):
        return texts(value)
    raise TypeError(f"{kind} cannot hold {value!r}")
