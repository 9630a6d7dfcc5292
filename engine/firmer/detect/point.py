"""A point in a capture, as users name one: by time or by event number."""

import re

from firmer.record import record

UNITS = {"": 10**9, "s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1, "m": 60 * 10**9, "h": 3600 * 10**9}
EXPECTED = "expected +SECONDS since the first event, an absolute time such as 2026-03-01T10:15:00, or an event number such as #1000"


@record(frozen=True, slots=True)
class Point:
    """A time in ns, absolute or since the first event, or an event number from 1."""

    kind: str  # "absolute", "relative" or "number"
    value: int

    @classmethod
    def parse(cls, text: str) -> "Point":
        """`+5s`, `+1.5`, `+200ms`, `2026-03-01T10:15:00.25`, `…Z`, `…+02:00`, `1772359800.5` (epoch), `#1000`. Raises ValueError.

        Absolute times without a zone are local ones, as the times that are printed.
        """
        text = text.strip()
        if match := re.fullmatch(r"#(\d{1,19})", text):
            return cls("number", int(match[1]))
        if match := re.fullmatch(r"\+(\d{1,12})(?:\.(\d{1,18}))?(|s|ms|us|ns|m|h)", text):
            return cls("relative", scaled(match[1], match[2], UNITS[match[3]]))
        if match := re.fullmatch(r"(\d{1,10})(?:\.(\d{1,9}))?", text):
            return cls("absolute", scaled(match[1], match[2], 10**9))
        return cls("absolute", absolute_ns(text))


def scaled(whole: str, fraction: str | None, unit: int) -> int:
    fraction = fraction or "0"
    part: int = int(fraction) * unit // 10 ** len(fraction)
    return int(whole) * unit + part


def absolute_ns(text: str) -> int:
    from datetime import datetime  # few runs name a time

    # datetime knows microseconds only, captures nanoseconds
    fraction = re.search(r"[.,](\d{1,9})\d*", text)
    try:
        when = datetime.fromisoformat(text[: fraction.start()] + text[fraction.end() :] if fraction else text)
        seconds = int(when.timestamp())
    except (ValueError, OverflowError):
        raise ValueError(f"'{text}' is no time: {EXPECTED}") from None
    if seconds < 0:
        raise ValueError(f"'{text}' lies before 1970")
    return seconds * 10**9 + (int(fraction[1].ljust(9, "0")) if fraction else 0)
