"""What all outputs are configured with; an output adds its own keys to these."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from firmer.alert import PRIORITIES, Alert

Priority = Literal["emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"]
Form = Literal["text", "json"]
SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class Seconds(float):
    """A time as one writes it: `500ms`, `30s`, `2m`, `1h`."""

    kind = "time"
    least = 0.0

    @classmethod
    def parse(cls, text: str) -> Seconds:
        """Raises ValueError."""
        match = re.fullmatch(r"([0-9]{1,9})(ms|s|m|h)", text.strip())
        if match is None:
            raise ValueError(f"'{text}' is no time; write 500ms, 30s, 2m or 1h")
        return cls(int(match[1]) * SECONDS[match[2]])

    def __str__(self) -> str:
        for unit, seconds in reversed(SECONDS.items()):
            if self and not round(self * 1000) % round(seconds * 1000):
                return f"{round(self / seconds)}{unit}"
        return "0s"


class OutputSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="type"):
    priority: Annotated[Priority, Meta(description="alerts of less urgency do not go there")] = "debug"

    def check(self) -> None:
        """Look whether these settings can be used, without using anything; raises OSError or UsageError."""

    def open(self) -> list[Output]:
        """What these settings describe, ready to be used; raises OSError or UsageError when it cannot be."""
        raise NotImplementedError(type(self).__name__)

    def wants(self, alert: Alert) -> bool:
        return PRIORITIES.index(alert.priority) <= PRIORITIES.index(self.priority.capitalize())


class Output(Protocol):
    """One place that alerts go to.

    name      for people: in counters and messages; holds no secret
    pause_s   least time between two sends; what comes meanwhile is handed over in one piece
    """

    name: str
    pause_s: float

    def send(self, alerts: Sequence[Alert]) -> None:
        """Deliver all of them or raise; may take as long as it takes."""

    def reopen(self) -> None:
        """Begin anew at the same place: whoever keeps the place has moved what was there."""

    def close(self) -> None: ...
