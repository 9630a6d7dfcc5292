"""What every call of a scenario's process needs: who calls, on which stage, with which descriptors.

A call that shall fail is told its error: `sh.open("/etc/shadow", error="EACCES")`; it returns the negative error number then.
"""

import errno
from dataclasses import dataclass, field
from posixpath import join, normpath

from firmer.authoring.scenario.container import Container
from firmer.authoring.scenario.descriptors import Descriptor
from firmer.authoring.scenario.stage import Stage
from firmer.authoring.scenario.values import Value

AT_FDCWD = -100
SNAP_BYTES = 80  # of what is read or written, as much as captures hold unless they are asked for more


def result(error: str | None, otherwise: int = 0) -> int:
    """What a call returns: a named error as the kernel tells it, or what is given."""
    return otherwise if error is None else -int(getattr(errno, error))


def snap(data: str | bytes) -> bytes:
    return (data.encode() if isinstance(data, str) else data)[:SNAP_BYTES]


@dataclass(kw_only=True)
class Actor:
    stage: Stage
    tid: int
    cwd: str = "/"
    container: Container | None = None
    fds: dict[int, Descriptor] = field(default_factory=dict)

    def act(self, name: str, /, **values: Value) -> None:
        """Any event by its name and the names of its parameters; those left out take their defaults."""
        self.stage.happen(name, self.tid, values)

    def new_fd(self, descriptor: Descriptor) -> int:
        """The lowest free number, which from now on stands for this."""
        number = next(number for number in range(len(self.fds) + 1) if number not in self.fds)
        self.fds[number] = descriptor
        return number

    def absolute(self, path: str) -> str:
        return normpath(join(self.cwd, path))

    def file_key(self, path: str) -> tuple[str, str]:
        """What a file is known by on the stage: a container has files of its own."""
        return (self.container.id if self.container else "", self.absolute(path))
