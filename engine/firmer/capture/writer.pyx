"""The capture writer: blocks of events are copied, whatever their generation; the state before them is written in today's form.

What sysdig 0.29.3 and today's readers need of a file: docs/capture-format.md, "What is written".
"""

import os
import zlib
from contextlib import suppress
from itertools import chain

from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.string cimport memcpy

from firmer.events.blocks cimport EVENT_LARGE_FLAGS, EVENT_V1_FLAGS, EVENT_V2_FLAGS
from firmer.capture.additions cimport Additions
from firmer.capture.enters cimport Enters
from firmer.event cimport Event
from firmer.events.table cimport SYSDIG_TYPES

from firmer.capture.encode import state_only
from firmer.capture.state_blocks import state_blocks
from firmer.capture.told import container_events, tell

cdef enum:
    BUFFER = 1 << 17
    TYPE_AT = 30   # in an event block without flags: behind block head, cpu, time, tid, length


cdef class Writer:
    def __init__(
        self, file, compress: bool = False, tail: str = "auto", own: bool = False, enters: bool = False, threads: int = 1,
    ) -> None:
        """Writes to a path or to a binary file, which is then left open, unless it is to be our `own`.

        compress   one gzip member
        tail       form of the last fields of a process entry: "short", "long", or "auto" = long where short would lose a value
        enters     exits that come without an enter event get one before them: see `enters`
        threads    that compress; with more than one, what is `reached` lags behind what was written
        """
        if tail not in ("auto", "short", "long"):
            raise ValueError(f"tail {tail!r}: expected auto, short or long")
        named = isinstance(file, (str, os.PathLike))
        self.owned = named or own
        self.path = os.fspath(file) if named else ""
        self.file = open(file, "wb", buffering=0) if named else file
        self.packer = new_packer(threads) if compress else None
        self.tail = tail
        self.enters = Enters() if enters else None
        self.additions = Additions(enters)
        self.notes = {}
        self.buffer = bytearray(BUFFER)

    def section(self, section, ts: int = 0) -> None:
        """A section header and the state before the events to come; `section` is an events.section.Section, `ts` the first event's time."""
        if self.enters is not None:
            self.enters.entered.clear()
        self.additions.begin()
        listed, told = tell(section, ts)
        for block in state_blocks(section, listed, self.tail, self.notes):
            self._put_bytes(block)
        for block in chain(container_events(section), told):
            self.event_bytes(block)

    cdef int event(self, Event event) except -1:
        """The block of an event, as it is."""
        if self.enters is not None:
            self.enter(event, event.flags)
        if self.additions.any(event):
            return self.split(event, False)
        self.put(event.block, event.block_size)
        self.events += 1
        self.numbered += event.type < SYSDIG_TYPES
        return 0

    cdef int unseen(self, Event event) except -1:
        """The event marked so that readers take it into their state and do not show it."""
        if self.enters is not None:
            self.enter(event, event.flags | 1)
        if self.additions.any(event):
            return self.split(event, True)
        self.event_bytes(state_only(event.block_bytes))
        return 0

    cdef int split(self, Event event, bint unseen) except -1:
        """The event as every reader takes it, behind what only firmer reads."""
        cdef Py_ssize_t size = self.additions.trim(event)
        cdef bytes block
        for block in self.additions.notices(event):
            self._put_bytes(block)
            self.events += 1  # without a number: 0.29.3 does not know their type
        if unseen:
            self._put_bytes(state_only((<const char *>self.additions.block)[:size]))
        else:
            self.put(self.additions.block, size)
        self.events += 1
        self.numbered += event.type < SYSDIG_TYPES
        return 0

    cdef int enter(self, Event event, uint32_t flags) except -1:
        """What has to stand before the event, if anything."""
        cdef Py_ssize_t size = self.enters.make(event, flags)
        if size:
            self.put(self.enters.block, size)
            self.events += 1
            self.numbered += 1
        self.enters.saw(event.type, event.tid)
        return 0

    def write(self, Event event not None) -> None:
        """`event` for Python."""
        self.event(event)

    def event_bytes(self, bytes block not None) -> None:
        """A whole event block, as `encode_event` makes it."""
        cdef const unsigned char *at = block
        cdef int kind = at[0] | at[1] << 8
        cdef int type_at = TYPE_AT + (4 if kind in (EVENT_V1_FLAGS, EVENT_V2_FLAGS, EVENT_LARGE_FLAGS) else 0)
        cdef int64_t tid
        self._put_bytes(block)
        self.events += 1
        if self.enters is not None:
            memcpy(&tid, at + type_at - 12, 8)
            self.enters.saw(at[type_at] | at[type_at + 1] << 8, tid)
        self.numbered += (at[type_at] | at[type_at + 1] << 8) < SYSDIG_TYPES

    def _put_bytes(self, bytes block) -> None:
        self.put(<const unsigned char *><const char *>block, len(block))

    cdef int put(self, const unsigned char *at, Py_ssize_t size) except -1:
        """Takes one whole block. The buffer holds whole blocks only, so that a disk that fills up costs no more than what does not fit."""
        cdef char *buffer
        if size > BUFFER - self.used:
            self.drain()
            if size > BUFFER:
                self._store((<const char *>at)[:size])
                return 0
        buffer = self.buffer
        memcpy(buffer + self.used, at, size)
        self.used += size
        return 0

    cdef uint64_t reached(self) noexcept:
        return self.written + (0 if self.packer is not None else <uint64_t>self.used)

    cdef int drain(self) except -1:
        """Hands what is buffered to the compressor or the file."""
        if self.used:
            content = memoryview(self.buffer)[:self.used]
            self.used = 0  # also when it cannot be stored: a second attempt would tear the file
            self._store(content)
        return 0

    def _store(self, blocks) -> None:
        """Whole blocks into the file."""
        self._put(self.packer.compress(blocks) if self.packer is not None else blocks)

    def _put(self, content) -> None:
        cdef Py_ssize_t done = 0
        try:
            while done < len(content):  # an unbuffered file may take less than it was given
                done += self.file.write(content[done:])
        except OSError as exc:
            if self.packer is None and self.owned:
                self._end_with_a_block(content, done)
            self.packer = None  # its stream has a hole: nothing may follow
            raise OSError(exc.errno, f"{exc.strerror}; what was written before can be read", self.path) from exc
        self.written += done

    def _end_with_a_block(self, content, Py_ssize_t done) -> None:
        """Takes back the block of which the file got only a part. A pipe, or a disk that is past that, stays as it is."""
        cdef Py_ssize_t whole = 0, size
        while whole + 8 <= done:
            size = int.from_bytes(content[whole + 4:whole + 8], "little")
            if size > done - whole:
                break
            whole += size
        with suppress(OSError):
            self.file.truncate(self.written + whole)

    def flush(self) -> None:
        """What was written so far stands in the file and can be read, whatever happens next."""
        self.drain()
        if self.packer is not None:
            self._put(self.packer.flush(zlib.Z_SYNC_FLUSH))
        self.file.flush()

    def close(self) -> None:
        """Completes the capture. A file that was handed in stays open."""
        if self.file is None:
            return
        try:
            self.drain()
            if self.packer is not None:
                self._put(self.packer.flush())
            self.file.flush()
        finally:
            if self.owned:
                self.file.close()
            self.file = None

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_) -> None:
        self.close()


def new_packer(threads: int):
    if threads < 2:
        return zlib.compressobj(wbits=31)
    from firmer.capture.packing import Packer  # threads take a while to load, and most runs write nothing

    return Packer(threads)
