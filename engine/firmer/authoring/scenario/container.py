"""Containers of a scenario: what their runtime tells of them, and where their processes are kept."""

import hashlib
import json
from dataclasses import dataclass, field

from firmer.authoring.scenario.values import Value

DOCKER = 0
LOADED = 1  # lookup_state: all of it is known


@dataclass(frozen=True, slots=True)
class Mount:
    source: str
    destination: str
    writable: bool = True

    def record(self) -> dict[str, object]:
        return {"Source": self.source, "Destination": self.destination, "Mode": "", "RW": self.writable, "Propagation": "rprivate"}


@dataclass(frozen=True, slots=True)
class Container:
    """A docker container; its id follows from its name, so that a scenario is the same whenever it is written."""

    name: str
    image: str
    start_ns: int
    privileged: bool = False
    mounts: tuple[Mount, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    ip: str = "172.17.0.2"

    @property
    def full_id(self) -> str:
        return hashlib.sha256(self.name.encode()).hexdigest()

    @property
    def id(self) -> str:
        return self.full_id[:12]

    @property
    def cgroup(self) -> str:
        return f"/system.slice/docker-{self.full_id}.scope"

    def json(self) -> bytes:
        """The text of a container event."""
        repo, _, tag = self.image.partition(":")
        digest = hashlib.sha256(self.image.encode()).hexdigest()
        record = {
            "id": self.id, "full_id": self.full_id, "type": DOCKER, "name": self.name, "image": self.image, "imageid": digest,
            "imagerepo": repo, "imagetag": tag or "latest", "imagedigest": f"sha256:{digest}", "is_pod_sandbox": False,
            "privileged": self.privileged, "lookup_state": LOADED, "created_time": self.start_ns // 10**9, "ip": self.ip,
            "Mounts": [mount.record() for mount in self.mounts], "labels": self.labels, "env": [], "port_mappings": [],
        }  # fmt: skip
        return json.dumps({"container": record}).encode() + b"\0"

    def told(self) -> list[tuple[str, dict[str, Value]]]:
        """The events that tell of it: sysdig's, and that of the plugin of today's Falco."""
        return [("container", {"json": self.json()}), ("asyncevent", {"name": "container", "data": self.json()})]
