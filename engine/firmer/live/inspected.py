"""What engines answer about a container, in the words of container records.

Whatever an answer says, the outcome holds texts, numbers and lists where records have them: an engine may be of any version, and a user's
own one may say anything.
"""

import calendar
import socket
import time
from collections.abc import Iterator
from typing import Any

Told = dict[str, Any]
MOST = 256  # labels, mounts, ports
LONGEST = 4096  # characters of a text
PROPAGATIONS = ("rprivate", "private", "rslave", "slave", "rshared", "shared")


def text(value: Any) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""


def mapping(value: Any) -> Told:
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    return value[:MOST] if isinstance(value, list) else []


def labels(value: Any) -> dict[str, str]:
    return {name[:LONGEST]: text(told) for name, told in list(mapping(value).items())[:MOST]}


def image_name(name: str) -> Told:
    """`host:5000/shop/web:1.2@sha256:…` in its parts."""
    rest, _, digest = name.partition("@")
    repo, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        repo, tag = rest, ""
    return {"image": rest, "imagerepo": repo, "imagetag": tag, "imagedigest": digest}


def seconds(value: Any) -> int:
    """`2024-05-06T07:08:09.123Z` as seconds of the epoch."""
    try:
        return calendar.timegm(time.strptime(text(value)[:19], "%Y-%m-%dT%H:%M:%S"))
    except ValueError:
        return 0


# -- Docker, Podman ----------------------------------------------------------------------------------------------------
def from_docker(told: Told) -> Told:
    """From `GET /containers/ID/json`. The environment is left out: it holds passwords, and no field shows it."""
    config, host = mapping(told.get("Config")), mapping(told.get("HostConfig"))
    network = mapping(told.get("NetworkSettings"))
    found: Told = image_name(text(config.get("Image")))
    found |= {
        "name": text(told.get("Name")).lstrip("/"),
        "imageid": text(told.get("Image")).removeprefix("sha256:"),
        "labels": labels(config.get("Labels")),
        "privileged": host.get("Privileged") is True,
        "ip": address(network) or "0.0.0.0",
        "created_time": seconds(told.get("Created")),
        "User": text(config.get("User")),
        "Mounts": [mount(entry) for entry in items(told.get("Mounts"))],
        "port_mappings": list(ports(mapping(network.get("Ports")))),
        "host_pid": host.get("PidMode") == "host",
        "host_ipc": host.get("IpcMode") == "host",
        "host_network": host.get("NetworkMode") == "host",
    }
    check = probe(mapping(config.get("Healthcheck")))
    return found | ({"Healthcheck": check} if check else {})


def address(network: Told) -> str:
    """The address in the first network that gives one."""
    candidates = [network, *map(mapping, mapping(network.get("Networks")).values())]
    return next((ip for entry in candidates if (ip := text(entry.get("IPAddress")))), "")


def mount(value: Any) -> Told:
    entry = mapping(value)
    return {name: text(entry.get(name)) for name in ("Source", "Destination", "Mode", "Propagation")} | {"RW": entry.get("RW") is True}


def ports(told: Told) -> Iterator[Told]:
    for inside, outside in list(told.items())[:MOST]:
        port, _, protocol = inside.partition("/")
        for entry in map(mapping, items(outside)):
            host_port = text(entry.get("HostPort"))
            if protocol == "tcp" and port.isdigit() and host_port.isdigit():
                yield {"HostIp": ip_number(text(entry.get("HostIp"))), "HostPort": int(host_port), "ContainerPort": int(port)}


def ip_number(ip: str) -> int:
    try:
        return int.from_bytes(socket.inet_aton(ip), "big") if ip else 0
    except OSError:
        return 0


def probe(check: Told) -> Told | None:
    words = [text(word) for word in items(check.get("Test"))]
    if words[:1] == ["CMD"] and len(words) > 1:
        return {"exe": words[1], "args": words[2:]}
    if words[:1] == ["CMD-SHELL"] and len(words) > 1:
        return {"exe": "/bin/sh", "args": ["-c", words[1]]}
    return None


def from_image(told: Told, found: Told) -> Told:
    """From `GET /images/ID/json`: the digest, and the name where the container has only the image's id."""
    tags, digests = [text(tag) for tag in items(told.get("RepoTags"))], [text(digest) for digest in items(told.get("RepoDigests"))]
    out: Told = {}
    bare = found["image"].removeprefix("sha256:")
    if tags and (not bare or found["imageid"].startswith(bare)):
        out = image_name(tags[0])
    repo = out.get("imagerepo") or found["imagerepo"]
    digest = next((digest for digest in digests if digest.partition("@")[0] == repo), digests[0] if digests else "")
    return out | ({"imagedigest": digest.partition("@")[2]} if digest else {})


# -- containerd, CRI-O -------------------------------------------------------------------------------------------------
def from_bundle(told: Told) -> Told:
    """From the runtime's config.json, with what the engines note there for themselves."""
    notes = labels(told.get("annotations"))
    linux = mapping(told.get("linux"))
    process = mapping(told.get("process"))

    def note(*names: str) -> str:
        return next((notes[name] for name in names if notes.get(name)), "")

    sandbox = note("io.kubernetes.cri.sandbox-id", "io.kubernetes.cri-o.SandboxID")
    is_sandbox = note("io.kubernetes.cri.container-type", "io.kubernetes.cri-o.ContainerType") == "sandbox"
    pod = {
        "io.kubernetes.pod.name": note("io.kubernetes.cri.sandbox-name", "io.kubernetes.pod.name"),
        "io.kubernetes.pod.namespace": note("io.kubernetes.cri.sandbox-namespace", "io.kubernetes.pod.namespace"),
        "io.kubernetes.pod.uid": note("io.kubernetes.cri.sandbox-uid", "io.kubernetes.pod.uid"),
        "io.kubernetes.container.name": note("io.kubernetes.cri.container-name", "io.kubernetes.container.name"),
    }
    spaces = {text(mapping(entry).get("type")) for entry in items(linux.get("namespaces"))}
    found = image_name(note("io.kubernetes.cri.image-name", "io.kubernetes.cri-o.ImageName", "nerdctl/image-name"))
    found |= {
        "name": pod["io.kubernetes.container.name"] or note("nerdctl/name") or ("POD" if is_sandbox else ""),
        "imageid": note("io.kubernetes.cri-o.Image", "io.kubernetes.cri-o.ImageRef").rpartition(":")[2],
        "labels": {name: value for name, value in pod.items() if value},
        "is_pod_sandbox": is_sandbox,
        "pod_sandbox_id": sandbox,
        "privileged": unmasked(linux, process),
        "User": str(mapping(process.get("user")).get("uid", "")),
        "Mounts": [bind(entry) for entry in items(told.get("mounts")) if mapping(entry).get("type") in ("bind", "rbind")],
        "host_pid": "pid" not in spaces,
        "host_ipc": "ipc" not in spaces,
        "host_network": "network" not in spaces,
    }
    return found


def unmasked(linux: Told, process: Told) -> bool:
    """Privileged in all but name: nothing of /proc and /sys hidden, and the capability to change it."""
    caps = items(mapping(process.get("capabilities")).get("effective"))
    return "CAP_SYS_ADMIN" in caps and not items(linux.get("maskedPaths")) and not items(linux.get("readonlyPaths"))


def bind(value: Any) -> Told:
    entry = mapping(value)
    options = [text(option) for option in items(entry.get("options"))]
    return {
        "Source": text(entry.get("source")),
        "Destination": text(entry.get("destination")),
        "Mode": "",
        "RW": "ro" not in options,
        "Propagation": next((option for option in options if option in PROPAGATIONS), ""),
    }
