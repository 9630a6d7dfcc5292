"""Sizes and windows as one writes them."""

from __future__ import annotations

import re

from firmer.detect.context import Window

UNITS = {"": 1, "B": 1, "kB": 1 << 10, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}


class Size(int):
    """Bytes: `8MB`, `2GB`, or a plain number. The units are powers of 1024."""

    @classmethod
    def parse(cls, text: str) -> Size:
        """Raises ValueError."""
        match = re.fullmatch(r"([0-9]{1,15}) ?([kKMGT]?B?)", text.strip())
        if match is None or match[2] not in UNITS:
            raise ValueError(f"'{text}' is no size; write 512kB, 8MB or 2GB")
        return cls(int(match[1]) * UNITS[match[2]])

    def __str__(self) -> str:
        for unit in ("TB", "GB", "MB", "kB"):
            if self and self % UNITS[unit] == 0:
                return f"{self // UNITS[unit]}{unit}"
        return str(int(self))


class Reach(str):
    """A time such as `30s`, or a number of events."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Reach:
        """Raises ValueError."""
        Window.parse(text)
        return cls(text.strip())

    @property
    def window(self) -> Window:
        return Window.parse(str(self))
