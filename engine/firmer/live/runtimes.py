"""A thread that asks engines about containers: nobody waits for it, and until it is done a container has an id and no name."""

import queue
import threading
import time
from collections import deque
from contextlib import suppress

from firmer.live.asking import NoAnswer
from firmer.live.containers import CUSTOM, Container, record
from firmer.live.engines import Engines, Paths

AGAIN_S = (1.0, 3.0)  # an engine may name a container after its first process runs
MOST_WAITING = 1024


class Runtimes:
    """A thread that asks. `ask` and `answers` return at once; `notes` counts what came to nothing."""

    def __init__(self, paths: Paths | None = None, again_s: tuple[float, ...] = AGAIN_S) -> None:
        self.notes: dict[str, int] = {}
        self._engines = Engines(paths or Paths(), self.notes)
        self._again_s = again_s
        self._asked: queue.Queue[Container | None] = queue.Queue(MOST_WAITING)
        self._found: deque[bytes] = deque(maxlen=MOST_WAITING)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="runtimes", daemon=True)
        self._thread.start()

    def ask(self, container: Container) -> None:
        """Have a record made; it is among the answers later, or never."""
        if container.kind == CUSTOM or not container.full_id:
            return  # nobody to ask
        try:
            self._asked.put_nowait(container)
        except queue.Full:
            self._count("containers: too many to ask for")

    def answers(self) -> list[bytes]:
        """The JSON texts of records that were made since the last call."""
        found = []
        while self._found:
            found.append(self._found.popleft())
        return found

    def close(self) -> None:
        """Does not wait for an answer that is on its way."""
        self._closing.set()
        with suppress(queue.Full):  # then it looks at the flag before the next
            self._asked.put_nowait(None)

    def _count(self, what: str) -> None:
        self.notes[what] = self.notes.get(what, 0) + 1

    def _run(self) -> None:
        later: list[tuple[float, int, Container]] = []  # when, how often asked, whom
        while not self._closing.is_set():
            wait = max(0.0, min(later)[0] - time.monotonic()) if later else None
            try:
                container, times = self._asked.get(timeout=wait), 0
            except queue.Empty:
                entry = min(later)
                later.remove(entry)
                _, times, container = entry
            if container is None:
                return
            try:
                self._found.append(record(container, self._engines.ask(container)))
            except NoAnswer:
                if times < len(self._again_s):
                    later.append((time.monotonic() + self._again_s[times], times + 1, container))
                else:
                    self._count("containers: no answer from an engine")
