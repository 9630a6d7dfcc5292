"""Names, images and accounts of containers, brought to the state while the host is watched.

A process tells its container's id by its control group; all else has to be asked for, and comes a little later, as an event. Until then
the state has what the control group tells.
"""

from __future__ import annotations

import time

from firmer.events.section import User
from firmer.live.containers import Container, container_of, record
from firmer.state.containers import Container as Record
from firmer.state.containers import parse_container

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from firmer.events.section import Group
    from firmer.state.state import State

    class Asked(Protocol):
        """Who finds out about containers: live.runtimes.Runtimes, or a live.keeper.Keeper that has it."""

        @property
        def notes(self) -> dict[str, int]: ...
        def ask(self, container: Container, pid: int) -> object: ...
        def answers(self) -> tuple[list[bytes], list[User | Group]]: ...


EVERY_S = 0.01
LOOK_S = 1.0  # between looks for answers that nobody waits for
MOST = 16384  # as many as the state keeps


class Names:
    """
    asked  finds out; what it raises, `tick` raises
    tell   has a record told by an event of the source
    """

    def __init__(self, state: State, asked: Asked, tell: Callable[[bytes], object], every_s: float = EVERY_S) -> None:
        self._state = state
        self._asked = asked
        self._tell = tell
        self._every_s = every_s
        self._next = self._look = 0.0
        self._groups: dict[bytes, bytes] | None = None  # that were looked at
        self._count = 0
        self._records: dict[bytes, Record] | None = None  # the state's, which a scan makes anew
        self._known: dict[bytes, Record] = {}
        self._waiting: set[bytes] = set()
        self._untold: set[bytes] = set()  # no capture has a record of it

    @property
    def notes(self) -> dict[str, int]:
        """What came to nothing."""
        return self._asked.notes

    def tick(self) -> None:
        """To be called often; at most 100 times a second anything is done, and nothing while there is nothing new."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + self._every_s
        if self._state.containers is not self._records:
            self._records = self._state.containers
            self._tell_again()
        groups = self._state.ids_by_cgroups()
        if groups is not self._groups or len(groups) != self._count:
            self._groups, self._count = groups, len(groups)
            for cgroups, container_id in list(groups.items()):
                if container_id and container_id not in self._known:
                    self._ask(cgroups, container_id)
        if self._waiting or (self._known and now >= self._look):
            self._look = now + LOOK_S
            self._take()

    def _ask(self, cgroups: bytes, container_id: bytes) -> None:
        container = container_of(cgroups)
        found = None if container is None else parse_container(record(container))
        if container is None or found is None or not self._has_room():
            return
        known = self._state.containers.get(container_id)
        self._known[container_id] = known or found
        if known is not None and known.name is not None:
            return  # a scan had time to ask
        if known is None:
            self._untold.add(container_id)
            self._state.containers[container_id] = found
        self._waiting.add(container_id)
        self._asked.ask(container, next((tid for tid in self._state.tids() if self._inside(tid, container_id)), 0))

    def _has_room(self) -> bool:
        """Where there is none, containers are forgotten in which nobody is left."""
        if len(self._known) >= MOST:
            threads = map(self._state.thread_by_tid, self._state.tids())
            lived_in = {thread.container_id for thread in threads if thread is not None}
            for container_id in [each for each in self._known if each not in lived_in]:
                for table in (self._known, self._state.containers):
                    table.pop(container_id, None)
                self._waiting.discard(container_id)
                self._untold.discard(container_id)
        return len(self._known) < MOST

    def _inside(self, tid: int, container_id: bytes) -> bool:
        thread = self._state.thread_by_tid(tid)
        return thread is not None and thread.container_id == container_id

    def _take(self) -> None:
        records, accounts = self._asked.answers()
        for text in records:
            found = parse_container(text)
            if found is None or found.id not in self._known:
                continue
            self._waiting.discard(found.id)
            if found.id in self._untold or text != self._known[found.id].json:
                self._untold.discard(found.id)
                self._known[found.id] = found
                self._tell(text)
        for account in accounts:
            if isinstance(account, User):
                self._state.accounts.add_user(account.container, account.uid, account.gid, account.name, account.home, account.shell)
            else:
                self._state.accounts.add_group(account.container, account.gid, account.name)

    def _tell_again(self) -> None:
        """A scan made the state anew, with what the control groups tell."""
        for container_id, known in self._known.items():
            found = self._state.containers.get(container_id)
            if found is not None and found.json != known.json:
                self._state.containers[container_id] = known
                self._tell(known.json)
