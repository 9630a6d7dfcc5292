"""A thread that finds out about containers: what their engines tell, and who has an account in them. Nobody waits for it."""

import queue
import threading
import time
from collections import deque
from contextlib import suppress
from operator import itemgetter
from typing import TypeVar

from firmer.events.section import Group, User
from firmer.live.asking import NoAnswer
from firmer.live.containers import Container, record
from firmer.live.engines import REST_S, Engines, Paths
from firmer.live.scan import accounts_of

AGAIN_S = (1.0, 3.0)  # an engine may name a container after its first process runs
MOST_WAITING = 1024
Accounts = list[User | Group]
T = TypeVar("T")


class Runtimes:
    """`ask` and `answers` return at once; `notes` counts what came to nothing."""

    def __init__(self, paths: Paths | None = None, again_s: tuple[float, ...] = AGAIN_S, rest_s: float = REST_S + 1) -> None:
        self.notes: dict[str, int] = {}
        self._engines = Engines(paths or Paths(), self.notes)
        self._again_s = again_s
        self._rest_s = rest_s
        self._asked: queue.Queue[tuple[Container, int] | None] = queue.Queue(MOST_WAITING)
        self._records: deque[bytes] = deque(maxlen=MOST_WAITING)
        self._accounts: deque[User | Group] = deque()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def ask(self, container: Container, pid: int) -> None:
        """Have accounts read through a process of it, and a record made: in the end there is one, if only with what the control group tells."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="runtimes", daemon=True)
            self._thread.start()
        try:
            self._asked.put_nowait((container, pid))
        except queue.Full:
            self._count("containers: too many to ask for")
            self._records.append(record(container))

    def answers(self) -> tuple[list[bytes], Accounts]:
        """The JSON texts of records, and the accounts, that were found since the last call."""
        return taken(self._records), taken(self._accounts)

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
            soonest = min(later, key=itemgetter(0), default=None)
            wait = None if soonest is None else max(0.0, soonest[0] - time.monotonic())
            try:
                asked = self._asked.get(timeout=wait)
            except queue.Empty:
                if soonest is not None:
                    later.remove(soonest)
                    self._find(soonest[2], soonest[1], later)
                continue
            if asked is None:
                return
            container, pid = asked
            for kind in accounts_of(container, [pid], self.notes):
                self._accounts += kind
            self._find(container, 0, later)  # afterwards: whoever has the record waits no more

    def _find(self, container: Container, times: int, later: list[tuple[float, int, Container]]) -> None:
        faults = self._engines.faults
        try:
            self._records.append(record(container, self._engines.ask(container)))
            if faults != self._engines.faults and times == 0:  # another one may know better when it is well again
                later.append((time.monotonic() + self._rest_s, len(self._again_s), container))
        except NoAnswer:
            if container.has_engine and times < len(self._again_s):
                later.append((time.monotonic() + self._again_s[times], times + 1, container))
                return
            if container.has_engine:
                self._count("containers: no answer from an engine")
            self._records.append(record(container))


def taken(found: deque[T]) -> list[T]:
    out = []
    while found:
        out.append(found.popleft())
    return out
