"""What engines answer about a container, in the words of container records.

Whatever an answer says, the outcome holds texts, numbers and lists where records have them: an engine may be of any version, and a user's
own one may say anything.
"""

import calendar
import json
import re
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


# -- containerd, CRI-O: the bundle that they leave for the runtime ------------------------------------------------------
def from_bundle(value: Any) -> Told:
    """From the runtime's config.json, with what the engines note there for themselves."""
    told = mapping(value)
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
        "host_pid": bool(spaces) and "pid" not in spaces,
        "host_ipc": bool(spaces) and "ipc" not in spaces,
        "host_network": bool(spaces) and "network" not in spaces,
    }
    return found


def from_storage(value: Any, name: str) -> Told:
    """From the list that Podman and CRI-O keep of their containers; nothing when this one is not in it."""
    entry = next((entry for entry in map(mapping, value if isinstance(value, list) else ()) if entry.get("id") == name), {})
    try:
        noted = mapping(json.loads(text(entry.get("metadata")) or "{}"))
    except ValueError:  # cut off, or never any
        noted = {}
    names = [text(each) for each in items(entry.get("names"))]
    if not entry:
        return {}
    return image_name(text(noted.get("image-name"))) | {
        "name": text(noted.get("name")) or "".join(names[:1]),
        "imageid": text(entry.get("image")) or text(noted.get("image-id")),
        "created_time": number(noted.get("created-at")) or seconds(entry.get("created")),
    }


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


# -- containerd, CRI-O: what they answer -------------------------------------------------------------------------------
CRI_PROPAGATIONS = ("private", "rslave", "rshared")
NODE = 2  # of the modes in which a pod may share namespaces: with the host
LONGEST_CNI = 4096
SHORT = 12  # digits of an id that are a name


def from_status(status: Told, info: Told, pod: Told, pod_info: Told) -> Told:
    """From CRI's ContainerStatus, PodSandboxStatus and what both tell besides."""
    found = from_bundle(mapping(info.get("runtimeSpec")))
    config = mapping(info.get("config"))
    name = text(mapping(status.get("metadata")).get("name"))
    rights = mapping(mapping(config.get("linux")).get("security_context")).get("privileged", info.get("privileged"))
    uid = mapping(mapping(status.get("user")).get("linux")).get("uid")
    found |= cri_image(status, config, found["image"])
    found |= of_pod(pod, pod_info) if pod else {}
    found["labels"] = labels(status.get("labels")) | found["labels"]
    found["Mounts"] = [cri_mount(entry) for entry in items(status.get("mounts"))]
    found["created_time"] = number(status.get("created_at")) // 10**9
    found |= {"name": name} if name else {}
    found |= {"privileged": rights} if isinstance(rights, bool) else {}
    found |= {"User": str(uid)} if isinstance(uid, int) else {}
    return found


def from_sandbox(pod: Told, info: Told) -> Told:
    """From CRI's PodSandboxStatus, for the container that holds a pod's namespaces."""
    found = from_bundle(mapping(info.get("runtimeSpec")))
    found |= image_name(text(info.get("image"))) if text(info.get("image")) else {}
    found |= of_pod(pod, info)
    found |= {
        "name": "POD",
        "is_pod_sandbox": True,
        "pod_sandbox_id": text(pod.get("id")),
        "created_time": number(pod.get("created_at")) // 10**9,
    }
    return found


def of_pod(pod: Told, info: Told) -> Told:
    """What the sandbox tells of its pod, in the record of each of its containers."""
    about = mapping(pod.get("metadata"))
    modes = mapping(mapping(mapping(pod.get("linux")).get("namespaces")).get("options"))
    own = {f"io.kubernetes.pod.{name}": text(about.get(name)) for name in ("name", "namespace", "uid")}
    theirs = labels(pod.get("labels"))
    return {
        "labels": {name: value for name, value in own.items() if value},
        "pod_sandbox_labels": theirs,
        "ip": text(mapping(pod.get("network")).get("ip")) or "0.0.0.0",
        "cni_json": networks(info),
        "host_network": modes.get("network") == NODE,
        "host_pid": modes.get("pid") == NODE,
        "host_ipc": modes.get("ipc") == NODE,
    }


def networks(info: Told) -> str:
    """What the network plugin answered, as JSON without what every pod has; the empty text when it is not told."""
    told = mapping(mapping(info.get("cniResult")).get("Interfaces"))
    kept = {name: about for name, about in told.items() if name != "lo" and not name.startswith("veth")}
    if kept:
        return json.dumps(kept, separators=(",", ":"))[:LONGEST_CNI]
    return text(mapping(mapping(info.get("runtimeSpec")).get("annotations")).get("io.kubernetes.cri-o.CNIResult"))


def cri_image(status: Told, config: Told, noted: str) -> Told:
    """`image` is a name, or an id where there is none; `image_ref` a name with a digest, or an id. `noted`: the name that the bundle has."""
    image, ref = mapping(status.get("image")), text(status.get("image_ref"))
    names = (text(image.get("image")), text(image.get("user_specified_image")), noted)
    found = image_name(next((name for name in names if name and not is_id(name)), ""))
    digest = ref.partition("@")[2]
    if digest:
        found |= {"imagedigest": digest} | ({} if found["image"] else image_name(ref))
    ids = (text(status.get("image_id")), text(mapping(config.get("image")).get("image")), ref)
    found["imageid"] = next((name.rpartition(":")[2] for name in ids if is_id(name)), "")
    return found


def is_id(name: str) -> bool:
    """Whether it is an id, and no name."""
    return re.fullmatch(r"(sha256:)?[0-9a-f]{64}", name) is not None


def cri_mount(value: Any) -> Told:
    entry = mapping(value)
    way = number(entry.get("propagation"))
    return {
        "Source": text(entry.get("host_path")),
        "Destination": text(entry.get("container_path")),
        "Mode": "",
        "RW": not entry.get("readonly"),
        "Propagation": CRI_PROPAGATIONS[way] if 0 <= way < len(CRI_PROPAGATIONS) else "unknown",
    }


def number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def from_containerd(told: Told, spec: Told) -> Told:
    """From containerd's own Containers/Get and the runtime's configuration in it."""
    theirs = labels(told.get("labels"))
    found = from_bundle(spec)
    noted = found["name"] or theirs.get("nerdctl/name", "")
    found |= image_name(text(told.get("image"))) if text(told.get("image")) else {}
    own = text(told.get("id"))
    found["name"] = noted or (own[:SHORT] if is_id(own) else own)
    found["labels"] = theirs | found["labels"]
    found["created_time"] = number(mapping(told.get("created_at")).get("seconds"))
    return found
