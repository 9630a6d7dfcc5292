"""Captures of every generation in a few words, for tests: blocks that firmer's own writer does not make, because they are old or broken."""

from collections.abc import Iterable
from struct import pack

from firmer.capture.encode import block, encode_event
from firmer.capture.reader import Reader
from firmer.events.section import Section

OPENAT_E, OPENAT_X, CLOSE_E, CLOSE_X, READ_E, READ_X, CONTAINER, PLUGIN = 306, 307, 4, 5, 6, 7, 324, 322
FIRST_TS = 1_700_000_000_000_000_000
TID = 77

SHORT_TAIL = pack("<IBQQQ", 501, 1, 10, 20, 30)
LONG_TAIL = pack("<QI", 9_999, 34816) + SHORT_TAIL + pack("<BQQQBBq", 1, 71, 72, 73, 1, 0, 4321)


def s64(value: int) -> bytes:
    return pack("<q", value)


def u32(value: int) -> bytes:
    return pack("<I", value)


def text(value: bytes) -> bytes:
    return pack("<H", len(value)) + value


def counted(entry: bytes) -> bytes:
    """A list entry behind its own length."""
    return u32(len(entry) + 4) + entry


def header(major: int = 1, minor: int = 2, magic: int = 0x1A2B3C4D, options: bytes = b"") -> bytes:
    return block(0x0A0D0D0A, pack("<IHHQ", magic, major, minor, 2**64 - 1) + options)


def machine(kind: int = 0x201, surplus: bytes = b"") -> bytes:
    return block(kind, pack("<IQQ128sQQQQ", 4, 1 << 33, 65536, b"box", 123, 0, 0, 0) + surplus)


def thread(version: int, tid: int = TID, tail: bytes = b"", comm: bytes = b"nginx") -> bytes:
    """One process list entry; the version decides which fields there are."""
    fields = (
        (1, s64(tid) + s64(tid) + s64(1)),
        (6, s64(50)),
        (8, s64(51)),
        (1, text(comm) + text(b"/usr/sbin/nginx")),
        (7, text(b"/usr/sbin/nginx-real")),
        (1, text(b"-g\0daemon off;\0") + text(b"/srv/") + s64(1024) + u32(3) + u32(33) + u32(34)),
        (2, u32(900) + u32(800) + u32(700) + s64(6) + s64(5)),
        (3, text(b"LANG=C\0HOME=/srv\0")),
        (4, s64(7) + s64(8) + text(b"cpu=/docker/x\0")),
        (5, text(b"/jail/")),
    )
    entry = b"".join(value for since, value in fields if version >= since)
    return counted(entry + tail) if version >= 9 else entry


def fd(number: int, kind: int, rest: bytes, version: int = 2) -> bytes:
    entry = s64(number) + s64(600 + number) + bytes([kind]) + rest
    return counted(entry) if version == 2 else entry


def interface(kind: int, name: bytes = b"eth0", counted_entry: bool = True) -> bytes:
    width = 4 if kind in (1, 3) else 16
    body = pack("<HH", kind, len(name)) + bytes(range(width)) * 3 + (s64(1000) if kind in (1, 2) else b"") + name
    return (u32(len(body)) if counted_entry else b"") + body


def user(uid: int = 33, counted_entry: bool = True) -> bytes:
    entry = b"\0" + u32(uid) + u32(34) + text(b"www") + text(b"/srv") + text(b"/bin/false")
    return counted(entry) if counted_entry else entry


def group(gid: int = 34, counted_entry: bool = True) -> bytes:
    entry = b"\1" + u32(gid) + text(b"web")
    return counted(entry) if counted_entry else entry


def call(kind: int, *params: bytes, at: int = 0, tid: int = TID, **how: int) -> bytes:
    """One event block, `at` microseconds after the first."""
    return encode_event(kind, FIRST_TS + 1000 * at, tid, params, **how)


def open_and_close(generation: int = 2) -> bytes:
    """Four events of a thread that opens and closes a file."""
    how = {"generation": generation}
    return b"".join(
        (
            call(OPENAT_E, s64(-100), b"/etc/hosts\0", u32(1), u32(0), **how),
            call(OPENAT_X, s64(5), s64(-100), b"/etc/hosts\0", u32(1), u32(0), u32(3), at=1, **how),
            call(CLOSE_E, s64(5), at=2, **how),
            call(CLOSE_X, s64(0), at=3, **how),
        )
    )


def head(tail: bytes = SHORT_TAIL, fds: Iterable[bytes] = ()) -> bytes:
    """A section header and metadata as sysdig 0.29 writes them."""
    return b"".join(
        (
            header(),
            machine(),
            block(0x219, interface(1) + interface(2)),
            block(0x220, user() + group()),
            block(0x215, thread(9, tail=tail)),
            block(0x218, s64(TID) + b"".join(fds)),
        )
    )


class Pieces:
    """A source that gives content in pieces of a few bytes."""

    size = None
    followed = False

    def __init__(self, content: bytes, piece: int = 1 << 20) -> None:
        self.notes: dict[str, int] = {}
        self.position = 0
        self._content = content
        self._piece = piece

    def read(self, n: int) -> bytes:
        piece = self._content[self.position : self.position + min(n, self._piece)]
        self.position += len(piece)
        return piece

    def stop(self) -> None:
        """Nothing to stop."""

    def close(self) -> None:
        """Nothing to close."""


def reader(content: bytes, piece: int = 1 << 20) -> Reader:
    return Reader("case.scap", source=Pieces(content, piece))


def steps(content: bytes, piece: int = 1 << 20) -> list[Section | bytes]:
    """Sections and the blocks of events, comparable."""
    return [step if isinstance(step, Section) else step.block_bytes for step in reader(content, piece).steps()]
