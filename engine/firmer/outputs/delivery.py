"""A thread and a bounded queue for one output: whoever raises alerts never waits for it, and what did not go out is counted."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from firmer.alert import Alert
from firmer.outputs.settings import Output

CAPACITY = 10_000  # alerts
LAST_CHANCE_S = 5.0  # for what is queued when we end


class Delivery:
    """
    output    what delivers; only this object's thread calls it
    wants     which alerts go there
    patient   a full queue makes `put` wait (alerts of a capture, which can wait) instead of losing alerts
    sent      alerts delivered; `lost`: refused by a full queue, not taken by the output, or left at the end; `why`: the last reason
    """

    def __init__(self, output: Output, wants: Callable[[Alert], bool], *, capacity: int = CAPACITY, patient: bool = False) -> None:
        self.output = output
        self.wants = wants
        self.capacity = capacity
        self.patient = patient
        self.sent = 0
        self.lost = 0
        self.why = ""
        self.queue: deque[Alert] = deque()
        self.under_way = 0  # alerts that the thread has taken and not yet delivered
        self.changed = threading.Condition()
        self.ending = False
        self.moved = False
        # it may hang in a service for ever: that must not keep the program from ending
        self.thread = threading.Thread(target=self.work, name=output.name, daemon=True)
        self.thread.start()

    def put(self, alert: Alert) -> None:
        if not self.wants(alert):
            return
        with self.changed:
            while self.patient and len(self.queue) >= self.capacity:
                self.changed.wait()
            if len(self.queue) >= self.capacity:
                self.lose(1, "its queue is full")
                return
            self.queue.append(alert)
            self.changed.notify_all()

    def reopen(self) -> None:
        with self.changed:
            self.moved = True
            self.changed.notify_all()

    def end(self) -> None:
        """Nothing comes any more: deliver what is queued at once."""
        with self.changed:
            self.ending = True
            self.changed.notify_all()

    def close(self, deadline: float) -> None:
        """Wait for what is queued until the deadline (time.monotonic()); what is left then is lost."""
        self.end()
        self.thread.join(max(0.0, deadline - time.monotonic()))
        if self.thread.is_alive():
            with self.changed:
                self.lose(len(self.queue) + self.under_way, "it took too long at the end")
                self.queue.clear()

    # in the thread

    def work(self) -> None:
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.queue or self.ending or self.moved)
                moved, self.moved = self.moved, False
                alerts = list(self.queue)
                over = self.ending and not alerts  # as of now: alerts may come, and the end behind them, while the output opens anew
                self.queue.clear()
                self.under_way = len(alerts)
                self.changed.notify_all()
            if moved:
                self.attempt(self.output.reopen, 0)
            if alerts:
                self.attempt(lambda alerts=alerts: self.output.send(alerts), len(alerts))  # type: ignore[misc]
                with self.changed:
                    self.under_way = 0
                    self.changed.wait_for(lambda: self.ending or self.moved, self.output.pause_s)
            elif over:
                self.attempt(self.output.close, 0)
                return

    def attempt(self, action: Callable[[], None], count: int) -> None:
        try:
            action()
        except Exception as error:  # noqa: BLE001  # an output may fail in any way; it must not take the others with it
            with self.changed:
                self.lose(count, str(error) or type(error).__name__)
        else:
            self.sent += count

    def lose(self, count: int, why: str) -> None:
        self.lost += count
        self.why = why
