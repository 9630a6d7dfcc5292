"""Alerts: what a rule says about an event, bound for outputs, and how it is written as a line."""

from __future__ import annotations

import re
import time
from typing import Any

import msgspec

PRIORITIES = ("Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Informational", "Debug")

# Delete, and the control characters U+0080 to U+009F as UTF-8: terminals obey them, JSON writers leave them as they are.
CONTROL = re.compile(rb"\x7f|\xc2[\x80-\x9f]")


class Alert(msgspec.Struct, omit_defaults=True, gc=False):
    """One alert; the fields and their order are those of its JSON line, which has the keys of Falco's, sorted.

    output         time of day, priority and the rule's text
    output_fields  the values that the text shows, and `evt.time`; None where the event has none
    time           of the event: UTC, with nanoseconds
    capture        path of the capture that holds what happened around the event, and the event's number in it
    """

    hostname: str
    output: str
    output_fields: dict[str, Any]
    priority: str
    rule: str
    source: str
    tags: tuple[str, ...]
    time: str
    capture: str | msgspec.UnsetType = msgspec.UNSET
    capture_event: int | msgspec.UnsetType = msgspec.UNSET

    @property
    def time_ns(self) -> int:
        return int(self.output_fields["evt.time"])

    def json_line(self) -> bytes:
        """The alert as one line of JSON. Control characters are escaped in it, so it may go to a terminal."""
        return escaped(ENCODER.encode(self)) + b"\n"

    def text_line(self) -> bytes:
        """The output as one line, escaped like the inside of a JSON text."""
        return escaped(ENCODER.encode(self.output)[1:-1]) + b"\n"


ENCODER = msgspec.json.Encoder()


def escaped(line: bytes) -> bytes:
    if b"\x7f" in line or b"\xc2" in line:
        return CONTROL.sub(lambda match: b"\\u00%02x" % match[0][-1], line)
    return line


class Clock:
    """Event times as text. A second is formatted once: alerts come in bursts."""

    def __init__(self) -> None:
        self.second = -1
        self.zone = time.localtime().tm_gmtoff  # the offset that is valid now, not at the event: as Falco
        self.of_day = self.date = ""

    def read(self, ns: int) -> tuple[str, str]:
        """Time of day in the local zone, and the whole time in UTC."""
        second, rest = divmod(ns, 1_000_000_000)
        if second != self.second:
            self.second = second
            self.of_day = time.strftime("%H:%M:%S", time.gmtime(second + self.zone))
            self.date = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        digits = f"{rest:09d}"
        return f"{self.of_day}.{digits}", f"{self.date}.{digits}Z"
