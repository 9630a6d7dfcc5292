"""Alerts: what a rule says about an event, bound for outputs, and how it is written as a line."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import cache
from json.encoder import encode_basestring as quoted

from firmer.record import record

TYPE_CHECKING = False  # `typing` is not needed to run
if TYPE_CHECKING:
    from typing import Any

PRIORITIES = ("Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Informational", "Debug")

# What JSON writers leave as it is and terminals obey: delete, the control characters U+0080 to U+009F; and what nobody sees but turns or
# hides text: zero-width and direction marks, line separators, tag characters.
CONTROL = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")


@record(slots=True)
class Alert:
    """One alert; the fields and their order are those of its JSON line, which has the keys of Falco's, sorted.

    output         time of day, priority and the rule's text
    output_fields  the values that the text shows, and `evt.time`; None where the event has none
    time           of the event: UTC, with nanoseconds
    capture        path of the capture that holds what happened around the event, and the event's number in it
    events_lost    live: so many events were lost since the host was looked at last, so what the alert tells may be incomplete
    """

    hostname: str
    output: str
    output_fields: dict[str, Any]
    priority: str
    rule: str
    source: str
    tags: tuple[str, ...]
    time: str
    capture: str | None = None
    capture_event: int | None = None
    events_lost: int | None = None

    @property
    def time_ns(self) -> int:
        return int(self.output_fields["evt.time"])

    def json_line(self) -> bytes:
        """The alert as one line of JSON. Control characters are escaped in it, so it may go to a terminal."""
        line: dict[str, object] = {
            "hostname": self.hostname,
            "output": self.output,
            "output_fields": self.output_fields,
            "priority": self.priority,
            "rule": self.rule,
            "source": self.source,
            "tags": self.tags,
            "time": self.time,
        }
        if self.capture is not None:
            line["capture"] = self.capture
        if self.capture_event is not None:
            line["capture_event"] = self.capture_event
        if self.events_lost is not None:
            line["events_lost"] = self.events_lost
        return escaped(encoder()(line)) + b"\n"

    def text_line(self) -> bytes:
        """The output as one line, escaped like the inside of a JSON text."""
        return escaped(quoted(self.output)[1:-1].encode()) + b"\n"


@cache
def encoder() -> Callable[[object], bytes]:
    import msgspec  # its import takes 20 ms, which a run without alerts need not spend

    return msgspec.json.Encoder().encode


def escaped(line: bytes) -> bytes:
    if line.isascii() and b"\x7f" not in line:
        return line
    return CONTROL.sub(escape, line.decode()).encode()


def escape(match: re.Match[str]) -> str:
    """As JSON writes it; beyond U+FFFF that takes two halves."""
    halves = match[0].encode("utf-16-be")
    return "".join(f"\\u{halves[k : k + 2].hex()}" for k in range(0, len(halves), 2))


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
