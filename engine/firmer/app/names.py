"""Names, images and accounts of containers that begin while the host is watched.

A process tells its container's id by its control group; all else has to be asked for, and comes a little later.
"""

from __future__ import annotations

import time

from firmer.events.section import User
from firmer.live.containers import Container, container_of, record
from firmer.live.keeper import Keeper
from firmer.state.containers import Container as Record
from firmer.state.containers import parse_container
from firmer.state.state import State

EVERY_S = 0.5
MOST = 16384  # as many as the state keeps


class Names:
    """Brings the state what is known of its containers."""

    def __init__(self, state: State, keeper: Keeper, every_s: float = EVERY_S) -> None:
        self._state = state
        self._keeper = keeper
        self._every_s = every_s
        self._next = 0.0
        self._asked: set[bytes] = set()
        self._known: dict[bytes, Record] = {}

    def tick(self) -> None:
        """To be called often; at most twice a second anything is done. Raises KeeperError."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + self._every_s
        for cgroups, container_id in list(self._state.ids_by_cgroups().items()):
            if container_id and container_id not in self._asked and len(self._asked) < MOST:
                self._asked.add(container_id)
                self._ask(cgroups, container_id)
        if self._asked:
            self._take()

    def _ask(self, cgroups: bytes, container_id: bytes) -> None:
        container = container_of(cgroups)
        pid = next((tid for tid in self._state.tids() if self._inside(tid, container_id)), None)
        if container is None or pid is None:
            return
        self._keeper.ask(container, pid)
        self._bring(container)

    def _inside(self, tid: int, container_id: bytes) -> bool:
        thread = self._state.thread_by_tid(tid)
        return thread is not None and thread.container_id == container_id

    def _bring(self, container: Container) -> None:
        """What the control group alone tells, until the engine has answered."""
        found = parse_container(record(container))
        if found is not None:
            self._known.setdefault(container.id, found)
            self._state.containers.setdefault(container.id, found)

    def _take(self) -> None:
        records, accounts = self._keeper.answers()
        for text in records:
            found = parse_container(text)
            if found is not None:
                self._known[found.id] = self._state.containers[found.id] = found
        for account in accounts:
            if isinstance(account, User):
                self._state.accounts.add_user(account.container, account.uid, account.gid, account.name, account.home, account.shell)
            else:
                self._state.accounts.add_group(account.container, account.gid, account.name)
        # a scan after a loss makes the state anew, with what the control groups tell
        for container_id, known in self._known.items():
            if self._state.containers.get(container_id) is not known:
                self._state.containers[container_id] = known
