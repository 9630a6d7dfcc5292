"""Where things stand in a rules file: marks of YAML nodes, and texts that know how they lie in the file.

A condition is written folded, literal, quoted or plain, and may be the sum of several files' parts; a place inside of it is asked for only
when something is wrong there, so everything here is computed late.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from firmer.errors import Place
from firmer.filter.source import Source
from firmer.record import record

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import Protocol

    class Spot(Protocol):
        """Anything that can be pointed at."""

        def shown(self) -> tuple[Place, str]:
            """Its place, and the line of the file that it stands in."""


BLANKS = " \t\r\n"
ESCAPE_LENGTHS = {"x": 4, "u": 6, "U": 10}


class YamlFile:
    """The text of one file and where its lines begin."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def starts(self) -> list[int]:
        starts, at = [0], self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    def shown(self, at: int, length: int = 1) -> tuple[Place, str]:
        """The place of `length` characters from `at`, and its line; never reaches over the end of the line."""
        at = min(max(at, 0), len(self.text))
        row = bisect_right(self.starts, at) - 1
        start = self.starts[row]
        end = self.text.find("\n", start)
        line = self.text[start : len(self.text) if end < 0 else end].rstrip("\r")
        column = min(at - start, len(line))
        return Place(self.path, row + 1, column + 1, max(1, min(length, len(line) - column))), line


@record(frozen=True, slots=True)
class Mark:
    """A stretch of a file."""

    file: YamlFile
    at: int
    length: int = 1

    def shown(self) -> tuple[Place, str]:
        return self.file.shown(self.at, self.length)


class Written(Source):
    """The value of a YAML scalar, and where each of its characters was written."""

    def __init__(self, text: str, file: YamlFile, style: str, start: int, end: int) -> None:
        super().__init__(text, file.path)
        self.yaml = file
        self.style = style
        self.start = start
        self.end = end

    @cached_property
    def positions(self) -> list[int]:
        """Of each character of the value, and of its end, the position in the file.

        Exact for plain, quoted and literal texts; in folded ones a blank may point at the end of the line before.
        """
        raw, at = self.yaml.text, self.start
        if self.style in "|>" and self.style:
            at = raw.find("\n", at) + 1 or self.end
        elif self.style:
            at += 1
        positions = []
        for letter in self.text:
            blank = letter in BLANKS
            while at < self.end:
                if self.style == '"' and raw[at] == "\\":
                    if raw[at + 1 : at + 2] not in {"\n", "\r"}:
                        break
                    at += 2
                elif raw[at] in BLANKS and not blank:
                    at += 1
                else:
                    break
            positions.append(at)
            if at >= self.end:
                continue
            if self.style == '"' and raw[at] == "\\":
                at += ESCAPE_LENGTHS.get(raw[at + 1 : at + 2], 2)
            elif self.style == "'" and raw[at : at + 2] == "''":
                at += 2
            elif not blank or raw[at] in BLANKS:
                at += 1
        positions.append(at)
        return positions

    def place(self, at: int, length: int) -> tuple[Place, str]:
        first = min(max(at, 0), len(self.text))
        last = min(max(at + length, first), len(self.text))
        start = self.positions[first]
        return self.yaml.shown(start, max(1, self.positions[last] - start))

    def shown(self) -> tuple[Place, str]:
        return self.yaml.shown(self.start)


class Joined(Source):
    """A text and what was appended to it, a blank between."""

    def __init__(self, first: Source, second: Source) -> None:
        super().__init__(f"{first.text} {second.text}", first.file)
        self.first = first
        self.second = second

    def place(self, at: int, length: int) -> tuple[Place, str]:
        size = len(self.first.text)
        if at < size:
            return self.first.place(at, min(length, size - at))
        return self.second.place(max(at - size - 1, 0), length)

    def shown(self) -> tuple[Place, str]:
        return self.first.place(0, 1)


class Made(Source):
    """A text that nobody wrote: it was made of something at `spot`, and everything in it stands there."""

    def __init__(self, text: str, spot: Spot) -> None:
        super().__init__(text)
        self.spot = spot

    def place(self, at: int, length: int) -> tuple[Place, str]:
        return self.spot.shown()

    def shown(self) -> tuple[Place, str]:
        return self.spot.shown()
