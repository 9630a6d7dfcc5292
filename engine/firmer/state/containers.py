"""Container records, as the JSON texts of container events tell them."""

from __future__ import annotations

from firmer.record import field, record

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import Any

DOCKER, LXC, LIBVIRT_LXC, MESOS, RKT, CUSTOM, CRI, CONTAINERD, CRIO, BPM, STATIC, PODMAN = range(12)
HOST_TYPE = 0xFFFE
LONGEST_JSON = 1 << 20  # bytes; a record of a real container has a few thousand
SUCCESSFUL, FAILED = 1, 2


@record(slots=True)
class Mount:
    source: bytes = b""
    destination: bytes = b""
    mode: bytes = b""
    writable: bool = False
    propagation: bytes = b""


@record(slots=True)
class Port:
    host_ip: int = 0
    host_port: int = 0
    container_port: int = 0


@record(slots=True)
class Probe:
    """A command that the orchestrator runs to see whether the container is well."""

    exe: bytes = b""
    args: list[bytes] = field(default_factory=list)


@record(slots=True)
class Container:
    """One container. Texts are bytes; `json` is the text that it was read from, empty for a record that only names the engine.

    None for name and image: the engine was not asked yet, or gave no answer.
    `plugin`: only the plugin of today's Falco told it, in an event that sysdig 0.29.3 does not know.
    """

    id: bytes
    type: int = HOST_TYPE
    name: bytes | None = b""
    full_id: bytes = b""
    image: bytes | None = b""
    imageid: bytes | None = b""
    imagerepo: bytes | None = b""
    imagetag: bytes | None = b""
    imagedigest: bytes | None = b""
    privileged: bool = False
    is_pod_sandbox: bool = False
    lookup_state: int = SUCCESSFUL
    created_time: int = 0
    ip: bytes = b""
    user: bytes = b""
    cni_json: bytes = b""
    pod_sandbox_id: bytes = b""
    size: int = -1
    host_pid: bool = False
    host_ipc: bool = False
    host_network: bool = False
    mounts: list[Mount] = field(default_factory=list)
    ports: list[Port] = field(default_factory=list)
    labels: dict[bytes, bytes] = field(default_factory=dict)
    pod_sandbox_labels: dict[bytes, bytes] = field(default_factory=dict)
    env: list[bytes] = field(default_factory=list)
    healthcheck: Probe | None = None
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    json: bytes = b""
    plugin: bool = False


def to_bytes(value: Any) -> bytes:
    """A JSON text as bytes; anything else is taken for missing, as sysdig and Falco do."""
    if not isinstance(value, str):
        return b""
    try:
        return value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a pair, written as an escape
        return value.encode("utf-8", "replace")


def to_int(value: Any, otherwise: int = 0) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def to_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def to_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def to_ip(value: Any) -> bytes:
    """An address, written as text or as number."""
    if isinstance(value, str):
        import socket  # few captures hold an address as text; not worth its time at every start

        try:
            return socket.inet_pton(socket.AF_INET6 if ":" in value else socket.AF_INET, value)
        except (OSError, ValueError):
            return b""
    number = to_int(value)
    return number.to_bytes(4, "big") if 0 < number < 1 << 32 else b""


def to_labels(value: Any) -> dict[bytes, bytes]:
    return {to_bytes(key): to_bytes(text) for key, text in to_dict(value).items()}


def to_probe(value: Any) -> Probe | None:
    probe = to_dict(value)
    if not probe:
        return None
    return Probe(to_bytes(probe.get("exe")), [to_bytes(text) for text in to_list(probe.get("args"))])


def to_mount(value: Any) -> Mount:
    mount = to_dict(value)
    return Mount(
        to_bytes(mount.get("Source")), to_bytes(mount.get("Destination")), to_bytes(mount.get("Mode")), mount.get("RW") is True,
        to_bytes(mount.get("Propagation")),
    )  # fmt: skip


def to_port(value: Any) -> Port:
    port = to_dict(value)
    return Port(to_int(port.get("HostIp")), to_int(port.get("HostPort")), to_int(port.get("ContainerPort")))


def parse_container(text: bytes) -> Container | None:
    """The record of `{"container": {…}}`; None when the text is no such object or larger than any real one."""
    if len(text) > LONGEST_JSON:
        return None
    import json  # few captures hold records of containers

    try:
        top = json.loads(text.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError):
        return None
    told = to_dict(to_dict(top).get("container"))
    if not to_bytes(told.get("id")):
        return None
    texts = ("full_id", "cni_json", "pod_sandbox_id")
    record = Container(to_bytes(told["id"]), to_int(told.get("type"), HOST_TYPE), json=text)
    for name in texts:
        setattr(record, name, to_bytes(told.get(name)))
    for name in ("name", "image", "imageid", "imagerepo", "imagetag", "imagedigest"):
        setattr(record, name, to_bytes(told.get(name)) if "name" in told else None)
    for name in ("privileged", "is_pod_sandbox", "host_pid", "host_ipc", "host_network"):
        setattr(record, name, told.get(name) is True)
    state = to_int(told.get("lookup_state"), SUCCESSFUL)
    record.lookup_state = FAILED if state in (0, FAILED) else SUCCESSFUL
    record.created_time = to_int(told.get("created_time"))
    record.ip = to_ip(told.get("ip"))
    record.user = to_bytes(told.get("User"))
    record.size = to_int(told.get("size"), -1)
    record.mounts = [to_mount(mount) for mount in to_list(told.get("Mounts"))]
    record.ports = [to_port(port) for port in to_list(told.get("port_mappings"))]
    record.labels = to_labels(told.get("labels"))
    record.pod_sandbox_labels = to_labels(told.get("pod_sandbox_labels"))
    record.env = [to_bytes(entry) for entry in to_list(told.get("env"))]
    record.healthcheck = to_probe(told.get("Healthcheck"))
    record.liveness_probe = to_probe(told.get("LivenessProbe"))
    record.readiness_probe = to_probe(told.get("ReadinessProbe"))
    return record


def old_record(container_id: bytes, kind: int, name: bytes, image: bytes) -> Container:
    """The record of the first generation's event, with the text that says the same today."""
    told = {"id": container_id, "type": kind, "name": name, "image": image}
    words = {key: value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value for key, value in told.items()}
    import json

    text = json.dumps({"container": words}, ensure_ascii=False).encode("utf-8", "surrogateescape")
    return Container(container_id, kind, name, image=image, json=text)


def bare_record(engine: str, container_id: bytes, sysdig: bool = True) -> Container | None:
    """What sysdig and today's Falco make of an id alone, where no record came and no engine can be asked."""
    if not sysdig:
        return Container(container_id, BPM) if engine == "bpm" else None
    if engine == "docker":
        return Container(container_id, DOCKER)
    if engine == "podman":
        return Container(container_id, HOST_TYPE)
    kinds = {"lxc": LXC, "libvirt-lxc": LIBVIRT_LXC, "bpm": BPM}
    return Container(container_id, kinds[engine], container_id) if engine in kinds else None
