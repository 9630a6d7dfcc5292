"""A scan of the host beside the loop that reads events."""

import threading
import time
from collections.abc import Callable

from firmer.live.scan import Scan


class Scanner(threading.Thread):
    """A scan at work; `result` once `ended` is set. A process that is to end does not wait for it."""

    def __init__(self, scan: Callable[[], Scan]) -> None:
        super().__init__(name="scan", daemon=True)
        self.scan = scan
        self.found: Scan | None = None
        self.error: Exception | None = None
        self.began = boot_ns()
        self.ended = 0  # boot clock
        self.start()

    def run(self) -> None:
        try:
            self.found = self.scan()
        except Exception as error:  # noqa: BLE001 not swallowed: `result` raises it where the scan was asked for
            self.error = error
        self.ended = boot_ns()

    def result(self) -> Scan:
        if self.error is not None:
            raise self.error
        assert self.found is not None
        return self.found


def boot_ns() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
