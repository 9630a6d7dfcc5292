"""The clock of a scenario and what happened so far; host and processes act on it."""

from firmer.authoring.scenario.layout import Call
from firmer.authoring.scenario.values import Value

CALL_NS = 1_700  # a call takes this long
GAP_NS = 43_000  # and the next begins so much later
UPTIME_NS = 9 * 86_400 * 10**9


class Stage:
    """Times advance by fixed steps, numbers are given out in order: the same story is the same capture, byte by byte."""

    def __init__(self, start_ns: int, ip: str, cpus: int) -> None:
        self.start_ns = start_ns
        self.now_ns = start_ns
        self.ip = ip
        self.cpus = cpus
        self.calls: list[Call] = []
        self.changed: dict[tuple[str, str], int] = {}  # (container id, path) -> ns when the story wrote that file
        self.boot_ns = start_ns - UPTIME_NS
        self._last_tid = 400
        self._last_vtid: dict[str, int] = {}
        self._last_port = 40_000

    def happen(self, name: str, tid: int, values: dict[str, Value], *, entered: bool = True) -> None:
        """One call by one thread, now; later ones come after it."""
        call = Call(name, tid, self.now_ns, self.now_ns + CALL_NS, max(tid, 0) % self.cpus, values, entered)
        self.calls.append(call)
        self.now_ns = call.exit_ns + GAP_NS

    def new_tid(self) -> int:
        self._last_tid += 7
        return self._last_tid

    def new_vtid(self, container_id: str) -> int:
        """The next thread id as the container itself sees it."""
        self._last_vtid[container_id] = self._last_vtid.get(container_id, 0) + 1
        return self._last_vtid[container_id]

    def new_port(self) -> int:
        self._last_port += 2
        return self._last_port
