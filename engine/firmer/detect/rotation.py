"""Writing a capture in pieces: limits, and the names of the files, which are sysdig's.

By number the index stands behind the name; by time likewise, unless the name has a `%`: then it is a pattern of strftime for the time of
the piece's first event; by size another index, padded with zeros when the number of files is limited. So `-C 1 -G 1` makes `f00`, `f11`.
"""

import os
import sys
import time

from firmer.capture.writer import Writer
from firmer.record import record

BYTES_PER_MB = 1_000_000  # of -C


@record(frozen=True, slots=True)
class Rotation:
    """When a piece ends; 0 is no limit. `keep`: so many files, then the oldest is overwritten."""

    size_bytes: int = 0
    seconds: int = 0
    events: int = 0
    keep: int = 0

    def __bool__(self) -> bool:
        return bool(self.size_bytes or self.seconds or self.events)


class Pieces:
    """Opens and closes the files of one recording."""

    def __init__(self, base: str, rotation: Rotation | None = None, compress: bool = False, enters: bool = False) -> None:
        self.base = base
        self.rotation = rotation or Rotation()
        self.compress = compress
        self.enters = enters  # see capture.writer.Writer
        self.opened = 0
        self.overwritten = 0  # pieces of this run that lost their name to a later one although all were to be kept
        self.notes: dict[str, int] = {}  # of all files together, see Writer.notes
        self._names: list[str] = []  # of what is kept, oldest first

    @property
    def rotates(self) -> bool:
        return bool(self.rotation)

    @property
    def dated(self) -> bool:
        """A name can only be made when the first event is there."""
        return self.rotation.seconds > 0 and not self.rotation.events and "%" in self.base

    def open(self, ts: int) -> Writer:
        """The file of the next piece, whose first event has this time."""
        path = self.name(ts)
        keep = self.rotation.keep
        if path in self._names:
            self.overwritten += not keep
            self._names.remove(path)
        elif keep and self.rotates and len(self._names) >= keep:
            os.remove(self._names.pop(0))  # by index its name comes again, by time it does not
        # a piece by size ends by what the file has: no thread may be behind
        threads = 1 if self.rotation.size_bytes else len(os.sched_getaffinity(0))
        writer = Writer(path, compress=self.compress, enters=self.enters, threads=threads)
        self._names.append(path)
        self.opened += 1
        return writer

    def name(self, ts: int) -> str:
        limits = self.rotation
        if not limits:
            return self.base
        index = self.opened % limits.keep if limits.keep else self.opened
        if limits.events:
            return f"{self.base}{index}"
        path = self.base
        if limits.seconds:
            path = strftime(path, ts) if "%" in path else f"{path}{index}"
        if limits.size_bytes:
            path += str(index).zfill(len(str(limits.keep)) if limits.keep else 1)
        return path

    def close(self, writer: Writer, empty: bool) -> None:
        """Complete a piece. One in which nothing passed is taken back, unless it is the only one."""
        writer.close()
        for what, count in writer.notes.items():
            self.notes[what] = self.notes.get(what, 0) + count
        if empty and self.opened > 1:
            os.remove(self._names.pop())

    def report(self) -> None:
        """What the user should know and cannot see in the files."""
        if self.overwritten:
            print(f"firmer: '{self.base}' gave the same name again: {self.overwritten} pieces were overwritten", file=sys.stderr)


def strftime(pattern: str, ts: int) -> str:
    """The pattern at an event's time, local; times that are none count as the epoch."""
    seconds = ts // 10**9 if ts < 1 << 62 else 0
    return time.strftime(pattern, time.localtime(seconds))
