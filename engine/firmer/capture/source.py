"""Where the bytes of a capture come from: a file, a growing file or standard input, unpacked when they are gzip-compressed.

Content decides, not the name. Memory stays constant whatever a file unpacks to.
"""

import os
import stat
import time
import zlib
from collections.abc import Callable

from firmer.capture.cursor import Damage

GZIP_MAGIC = b"\x1f\x8b"
PACKED_BYTES = 1 << 16  # read at a time from a compressed file
GARBAGE_NOTE = "bytes after the last gzip member ignored"


class FileBytes:
    """The bytes of a file as they are.

    follow    wait for more where the file ends, until `stop` is called
    sleep     waits so many seconds; handed in by tests
    """

    def __init__(self, path: str, follow: bool = False, poll_s: float = 0.25, sleep: Callable[[float], None] = time.sleep) -> None:
        self.position = 0
        self.followed = follow
        self._following = follow
        self._poll_s = poll_s
        self._sleep = sleep
        self._held = b""
        try:
            self._file = open(0, "rb", buffering=0, closefd=False) if path == "-" else open(path, "rb", buffering=0)  # noqa: SIM115
        except OSError as exc:
            raise Damage(f"cannot be opened: {exc.strerror}") from exc

    @property
    def size(self) -> int | None:
        """Of the file as it is now; None for pipes and terminals."""
        status = os.fstat(self._file.fileno())
        return status.st_size if stat.S_ISREG(status.st_mode) else None

    def peek(self, n: int) -> bytes:
        """The first `n` bytes, not stepping over them; fewer where there are no more."""
        while len(self._held) < n:
            more = self._wait_for_bytes(PACKED_BYTES)
            if not more:
                break
            self._held += more
        return self._held[:n]

    def read(self, n: int) -> bytes:
        """Up to `n` bytes, at least one; none at the end."""
        if not self._held:
            held = self._wait_for_bytes(n)
        elif len(self._held) <= n:
            held, self._held = self._held, b""
        else:
            held, self._held = self._held[:n], self._held[n:]
        self.position += len(held)
        return held

    def _wait_for_bytes(self, n: int) -> bytes:
        try:
            while True:
                some = self._file.read(n)
                if some or (some is not None and not self._following):  # None: nothing yet in a non-blocking pipe
                    return some
                size = self.size
                if size is not None and size < self.position:
                    raise Damage(f"the file shrank to {size} bytes while it was followed")
                self._sleep(self._poll_s)
        except OSError as exc:
            raise Damage(f"cannot be read: {exc.strerror}") from exc

    def stop(self) -> None:
        """The next end of the file is the end."""
        self._following = False

    def close(self) -> None:
        self._file.close()

    def __del__(self) -> None:
        if hasattr(self, "_file"):  # whoever drops a reader half-way has leaked nothing
            self._file.close()


class Gunzip:
    """The content of gzip members, one after the other. What can be unpacked before damage is given out before the damage is told."""

    def __init__(self, packed: FileBytes, notes: dict[str, int]) -> None:
        self._packed = packed
        self._notes = notes
        self._member = zlib.decompressobj(31)
        self._input = b""
        self._reason = ""  # not empty: the stream is damaged, what is left of the input goes in byte by byte

    def read(self, n: int) -> bytes:
        """Up to about `n` bytes, at least one; none at the end. Raises Damage at a cut or damaged member."""
        while True:
            if self._reason:
                return self._read_damaged(n)
            if self._member.eof and not self._next_member():
                return b""
            packed = self._input or self._packed.read(PACKED_BYTES)
            before = self._member.copy()
            try:
                content = self._member.decompress(packed, n)
            except zlib.error as exc:
                self._reason = f"damaged gzip data ({exc})"
                self._member, self._input = before, packed
                continue
            self._input = self._member.unconsumed_tail
            if content:
                return content
            if not packed and not self._member.eof:
                return self._cut()

    def _next_member(self) -> bool:
        rest = self._member.unused_data
        while len(rest) < len(GZIP_MAGIC):
            more = self._packed.read(PACKED_BYTES)
            if not more:
                break
            rest += more
        if rest[:2] == GZIP_MAGIC:
            self._member = zlib.decompressobj(31)
            self._input = rest
            return True
        if rest.strip(b"\0"):  # archives are padded with zeros
            self._notes[GARBAGE_NOTE] = 1
        return False

    def _cut(self) -> bytes:
        if self._packed.followed:
            return b""
        raise Damage("the gzip data ends within a member (is the file truncated or still being written?)")

    def _read_damaged(self, n: int) -> bytes:
        """zlib gives nothing of a call that fails: one byte at a time, all before the damage comes out."""
        content = bytearray()
        for at in range(len(self._input)):
            try:
                content += self._member.decompress(self._input[at : at + 1])
            except zlib.error:
                self._input = b""
                break
            if len(content) >= n:
                self._input = self._input[at + 1 :]
                break
        if not content:
            raise Damage(self._reason)
        return bytes(content)


class Source:
    """The content of one capture, for a reader, and how far in the file it is, for a progress bar."""

    def __init__(self, path: str, follow: bool = False, poll_s: float = 0.25, sleep: Callable[[float], None] = time.sleep) -> None:
        self.notes: dict[str, int] = {}
        self._file = FileBytes(path, follow, poll_s, sleep)
        self._content: FileBytes | Gunzip = self._file
        if self._file.peek(len(GZIP_MAGIC)) == GZIP_MAGIC:
            self._content = Gunzip(self._file, self.notes)
        self.read = self._content.read
        self.stop = self._file.stop
        self.close = self._file.close

    @property
    def position(self) -> int:
        """Bytes of the file, as it is stored, that were read so far."""
        return self._file.position

    @property
    def size(self) -> int | None:
        """Bytes of the file as it is stored; None for standard input."""
        return self._file.size

    @property
    def followed(self) -> bool:
        """The file may grow: an end within a block is no damage."""
        return self._file.followed
