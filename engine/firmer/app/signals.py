"""Signals as wishes that the loop looks at between two steps: nothing is ever interrupted half-way."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Any

ENDING = (signal.SIGTERM, signal.SIGINT)


class Signals:
    """end     somebody wants us to end; a second such signal ends us at once
    reload  somebody wants files read and opened anew
    """

    def __init__(self) -> None:
        self.end = False
        self.reload = False
        self.before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Signals:
        for number in ENDING:
            self.before[number] = signal.signal(number, self.on_end)
        self.before[signal.SIGHUP] = signal.signal(signal.SIGHUP, self.on_reload)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def on_end(self, number: int, frame: FrameType | None) -> None:
        self.end = True
        for each in ENDING:
            signal.signal(each, self.before[each])

    def on_reload(self, number: int, frame: FrameType | None) -> None:
        self.reload = True
