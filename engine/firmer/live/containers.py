"""Containers of the processes that were found: which there are, and their records as container events carry them.

The control group names a container, its engine and perhaps its pod. Names and images only the engine knows (runtimes.py).
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from firmer.events.engines import find_group
from firmer.events.section import ThreadEntry

# kinds as records number them
DOCKER, LXC, LIBVIRT_LXC, CUSTOM, CRI, CONTAINERD, CRIO, BPM, PODMAN = 0, 1, 2, 5, 6, 7, 8, 9, 11
KINDS = {"docker": DOCKER, "podman": PODMAN, "containerd": CONTAINERD, "lxc": LXC, "libvirt-lxc": LIBVIRT_LXC, "bpm": BPM, "cri": CRI}
ASKED = (DOCKER, PODMAN, CONTAINERD, CRI, CRIO)
# what the group's path says more exactly than the rule that found it
FORMS = (
    (re.compile(rb"/crio-"), CRIO),
    (re.compile(rb"cri-containerd[-:]|/nerdctl-"), CONTAINERD),
    (re.compile(rb"/libpod|/podman-"), PODMAN),
    # a bare id below kubepods: Docker no longer runs pods, and CRI-O always puts its name before
    (re.compile(rb"/kubepods"), CONTAINERD),
)
NAMED_BY_ID = {"lxc", "libvirt-lxc", "nspawn", "bpm"}
FULL_ID = re.compile(rb"[0-9a-fA-F]{64}")
IDENTIFIER = re.compile(rb"\A[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*\Z")
OWNER = re.compile(rb"/user@([0-9]+)\.service/")
HEX4 = rb"[0-9a-f]{4}"
POD = re.compile(rb"pod([0-9a-f]{8}[-_]" + rb"[-_]".join([HEX4] * 3) + rb"[-_][0-9a-f]{12}|[0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Container:
    """What the path of a control group tells. `owner` is the user whose own engine runs it, 0 for the host's."""

    id: bytes
    engine: str
    kind: int
    full_id: bytes = b""
    pod: bytes = b""  # uid
    owner: int = 0

    @property
    def has_engine(self) -> bool:
        """Whether there is somebody to ask about it."""
        return self.kind in ASKED and self.full_id != b""


def container_of(cgroups: bytes) -> Container | None:
    """The container that a thread with these cgroups is in; None on the host."""
    engine, short, path = find_group(cgroups, sysdig=False)
    if not engine:
        return None
    if engine == "containerd" and path.startswith(b"/lxc/"):
        engine = "lxc"  # Falco's rule for containerd's namespaces takes these too
    kind = next((kind for form, kind in FORMS if form.search(path)), KINDS.get(engine, CUSTOM))
    full = [found for found in FULL_ID.findall(path) if found.startswith(short)]
    if engine == "containerd":
        full = IDENTIFIER.findall(path.split(b"/")[2])  # its clients may give any name for an id
    pod, owner = POD.search(path), OWNER.search(path)
    return Container(
        short, engine, kind, full[-1] if full else b"", pod[1].replace(b"_", b"-") if pod else b"", int(owner[1]) if owner else 0
    )


def containers_of(threads: Iterable[ThreadEntry]) -> dict[Container, list[int]]:
    """Each container, and its processes: the one that is first inside comes first."""
    by_text: dict[bytes, Container | None] = {}
    found: dict[Container, list[ThreadEntry]] = {}
    for thread in threads:
        if thread.tid != thread.pid:
            continue
        if thread.cgroups not in by_text:
            by_text[thread.cgroups] = container_of(thread.cgroups)
        container = by_text[thread.cgroups]
        if container is not None:
            found.setdefault(container, []).append(thread)
    return {container: [thread.pid for thread in sorted(inside, key=lambda thread: thread.vpid)] for container, inside in found.items()}


def record(container: Container, told: dict[str, Any] | None = None) -> bytes:
    """The JSON text of a container event. `told` is what the engine answered, by the record's own names; before, name and image are not there."""
    known: dict[str, Any] = {
        "id": text(container.id),
        "full_id": text(container.full_id or container.id),
        "type": container.kind,
        "is_pod_sandbox": False,
        "lookup_state": 1,  # there is nothing more to come before the engine has answered
        "privileged": False,
        "ip": "0.0.0.0",
        "Mounts": [],
        "env": [],
        "port_mappings": [],
    }
    if told is not None or not container.has_engine:
        known |= dict.fromkeys(("name", "image", "imageid", "imagerepo", "imagetag", "imagedigest"), "")
    if container.engine in NAMED_BY_ID:
        known["name"] = text(container.id)
    known |= told or {}
    known["labels"] = dict(known.get("labels") or {})
    if container.pod:
        known["labels"].setdefault("io.kubernetes.pod.uid", text(container.pod))
    return json.dumps({"container": known}, separators=(",", ":")).encode("utf-8", "surrogateescape")


def text(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")
