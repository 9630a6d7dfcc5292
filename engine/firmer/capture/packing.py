"""gzip on several cores: one member, made of pieces that are compressed side by side.

A piece is a raw deflate stream that has the 32 KiB before it as its dictionary and ends at a byte, so the pieces one after the other are one
stream. zlib lets go of Python's lock while it works, so threads will do.
"""

import zlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor

PIECE = 1 << 19  # bytes before compression; smaller ones cost size, larger ones memory
WINDOW = 1 << 15  # how far back deflate looks
HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\x03"
LAST = b"\x03\0"  # an empty block that says it is the last one


def packed(piece: bytes, before: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15, zdict=before)
    return packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)


class Packer:
    """`compress` and `flush` of zlib.compressobj(wbits=31), by several threads; results come later."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads)
        self._most = threads + 1  # pieces under way; one waits while all threads work
        self._waiting: deque[Future[bytes]] = deque()
        self._piece = bytearray()
        self._before = b""
        self._done = HEAD
        self._crc = self._size = 0

    def compress(self, data: bytes | memoryview) -> bytes:
        self._piece += data
        if len(self._piece) >= PIECE:
            self._submit()
        return self._taken(self._most)

    def flush(self, mode: int = zlib.Z_FINISH) -> bytes:
        self._submit()
        done = self._taken(0)
        if mode != zlib.Z_FINISH:
            return done
        self._pool.shutdown()
        return done + LAST + self._crc.to_bytes(4, "little") + (self._size & 0xFFFFFFFF).to_bytes(4, "little")

    def _submit(self) -> None:
        piece = bytes(self._piece)
        self._piece.clear()
        self._crc = zlib.crc32(piece, self._crc)
        self._size += len(piece)
        self._waiting.append(self._pool.submit(packed, piece, self._before))
        self._before = (self._before + piece)[-WINDOW:] if len(piece) < WINDOW else piece[-WINDOW:]

    def _taken(self, most: int) -> bytes:
        """What is ready, in order; waits until no more than `most` pieces are under way."""
        while self._waiting and (len(self._waiting) > most or self._waiting[0].done()):
            self._done += self._waiting.popleft().result()
        done, self._done = self._done, b""
        return done
