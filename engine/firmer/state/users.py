"""Users and groups, of the host and of containers."""

from __future__ import annotations

from firmer.events.section import Group, User

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import Any

LIMIT = 65536  # accounts of all tables together
HOST = b""


class Accounts:
    """Tables by container id; the host's stand under the empty id, and as `users` and `groups`."""

    def __init__(self, sysdig: bool) -> None:
        self.sysdig = sysdig
        self.users: dict[int, User] = {}
        self.groups: dict[int, Group] = {}
        self.users_of: dict[bytes, dict[int, User]] = {HOST: self.users}
        self.groups_of: dict[bytes, dict[int, Group]] = {HOST: self.groups}
        self.count = 0
        self.changes = 0

    def copy(self) -> Accounts:
        """The same accounts in tables of their own."""
        other = Accounts(self.sysdig)
        other.users_of = {container: dict(table) for container, table in self.users_of.items()}
        other.groups_of = {container: dict(table) for container, table in self.groups_of.items()}
        other.users, other.groups = other.users_of[HOST], other.groups_of[HOST]
        other.count, other.changes = self.count, self.changes
        return other

    def user(self, uid: int, container: bytes = HOST) -> User | None:
        """The user as that container knows it; today's dialect always knows root."""
        found = self.users_of.get(container, {}).get(uid)
        return ROOT if found is None and uid == 0 and not self.sysdig else found

    def group(self, gid: int, container: bytes = HOST) -> Group | None:
        """The group as that container knows it; today's dialect always knows root."""
        found = self.groups_of.get(container, {}).get(gid)
        return ROOT_GROUP if found is None and gid == 0 and not self.sysdig else found

    def add_user(self, container: bytes, uid: int, gid: int, name: bytes, home: bytes, shell: bytes) -> bool:
        """False when there are too many."""
        return self._ignored(name) or self._add(self.users_of, container, uid, User(uid, gid, name, home, shell))

    def add_group(self, container: bytes, gid: int, name: bytes) -> bool:
        """False when there are too many."""
        return self._ignored(name) or self._add(self.groups_of, container, gid, Group(gid, name))

    def remove_user(self, container: bytes, uid: int) -> None:
        self._remove(self.users_of, container, uid)

    def remove_group(self, container: bytes, gid: int) -> None:
        self._remove(self.groups_of, container, gid)

    def _ignored(self, name: bytes) -> bool:
        """Entries of passwd files that include or exclude network accounts."""
        return not self.sysdig and name[:1] in (b"+", b"-")

    def _add(self, tables: dict[bytes, dict[int, Any]], container: bytes, number: int, account: User | Group) -> bool:
        table = tables.get(container)
        if table is None or number not in table:
            if self.count >= LIMIT:
                return False
            self.count += 1
        self.changes += 1
        tables.setdefault(container, {})[number] = account
        return True

    def _remove(self, tables: dict[bytes, dict[int, Any]], container: bytes, number: int) -> None:
        table = tables.get(container)
        if table is None or table.pop(number, None) is None:
            return
        self.count -= 1
        self.changes += 1
        if container != HOST and not table:
            del tables[container]


ROOT = User(0, 0, b"root", b"/root", b"")
ROOT_GROUP = Group(0, b"root")
