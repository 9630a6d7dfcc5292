"""How much of a capture is read: sysdig's -P."""

from __future__ import annotations

import sys

from firmer.capture.reader import Reader

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import TextIO

STEP = 0.1  # percent that it must have grown by to be shown anew


class Progress:
    """Percent of the file on one line of standard error, written over again and again."""

    def __init__(self, reader: Reader, out: TextIO | None = None) -> None:
        self.reader = reader
        self.out = sys.stderr if out is None else out
        self.width = 0
        self.shown = 0.0

    def show(self) -> None:
        """To be called now and then; nothing for what has no size, as a pipe."""
        if not self.reader.size:
            return
        percent = 100 * self.reader.position / self.reader.size
        if percent - self.shown > STEP:
            self.write(f"{percent:.2f}")
            self.shown = percent

    def finish(self) -> None:
        self.write("100.00\n")

    def write(self, text: str) -> None:
        self.out.write("\r" + " " * self.width + "\r" + text)
        self.out.flush()
        self.width = len(text)
