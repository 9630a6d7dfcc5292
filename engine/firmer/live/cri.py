"""Questions to containerd and CRI-O, by gRPC.

The kubelet's interface (CRI) tells containers of pods. containerd's own tells those of other clients, as ctr and nerdctl, each in a namespace.
Field numbers are those of kubernetes/cri-api and containerd/api; the two versions of CRI have the same.
"""

from typing import Any

from firmer.live import inspected
from firmer.live.asking import NONSENSE, NoAnswer, parsed
from firmer.live.grpc import Channel, Unimplemented
from firmer.live.protobuf import MAP, NUMBER, TEXT, Malformed, Many, Shape, decode, encode

VERSIONS = ("v1", "v1alpha2")
CONTAINERD = "containerd.services"
MOST_SPACES = 16
KUBELETS = "k8s.io"
NOT_OURS = "moby"  # Docker's: containerd knows of its containers neither name nor image
Told = dict[str, Any]

IMAGE: Shape = {1: ("image", TEXT), 18: ("user_specified_image", TEXT)}
MOUNT: Shape = {1: ("container_path", TEXT), 2: ("host_path", TEXT), 3: ("readonly", NUMBER), 5: ("propagation", NUMBER)}
STATUS: Shape = {
    1: ("id", TEXT),
    2: ("metadata", {1: ("name", TEXT)}),
    4: ("created_at", NUMBER),
    8: ("image", IMAGE),
    9: ("image_ref", TEXT),
    12: ("labels", MAP),
    14: ("mounts", Many(MOUNT)),
    17: ("image_id", TEXT),
    18: ("user", {1: ("linux", {1: ("uid", NUMBER)})}),
}
MODES: Shape = {1: ("network", NUMBER), 2: ("pid", NUMBER), 3: ("ipc", NUMBER)}
SANDBOX: Shape = {
    1: ("id", TEXT),
    2: ("metadata", {1: ("name", TEXT), 2: ("uid", TEXT), 3: ("namespace", TEXT)}),
    4: ("created_at", NUMBER),
    5: ("network", {1: ("ip", TEXT)}),
    6: ("linux", {1: ("namespaces", {2: ("options", MODES)})}),
    7: ("labels", MAP),
}
LISTED: Shape = {1: ("containers", Many({1: ("id", TEXT), 2: ("pod_sandbox_id", TEXT)}))}
TIME: Shape = {1: ("seconds", NUMBER)}
CONTAINER: Shape = {
    1: ("container", {1: ("id", TEXT), 2: ("labels", MAP), 3: ("image", TEXT), 5: ("spec", {2: ("value", TEXT)}), 8: ("created_at", TIME)})
}
SPACES: Shape = {1: ("namespaces", Many({1: ("name", TEXT)}))}
TARGET: Shape = {1: ("image", {3: ("target", {2: ("digest", TEXT)})})}


def ask_cri(channel: Channel, name: str) -> Told:
    """Of a container of a pod, or of the pod's sandbox. Raises NoAnswer: Unimplemented where no such interface is served."""
    for version in VERSIONS:
        try:
            return ask_version(channel, f"/runtime.{version}.RuntimeService/", name)
        except Unimplemented:
            continue
    raise Unimplemented


def ask_version(channel: Channel, service: str, name: str) -> Told:
    try:
        answer = read(channel.call(service + "ContainerStatus", encode({1: name, 2: True})), {1: ("status", STATUS), 2: ("info", MAP)})
    except Unimplemented:
        raise
    except NoAnswer as error:
        if error.why:
            raise
        return inspected.from_sandbox(*sandbox(channel, service, name))
    status, info = answer.get("status", {}), more(answer)
    if status.get("id") != name:
        raise NoAnswer(NONSENSE)
    pod: tuple[Told, Told] = {}, {}
    if pod_id := inspected.text(info.get("sandboxID")) or listed_sandbox(channel, service, name):
        try:
            pod = sandbox(channel, service, pod_id)
        except NoAnswer as error:
            if error.why:
                raise
    return inspected.from_status(status, info, *pod) | {"pod_sandbox_id": pod_id}


def sandbox(channel: Channel, service: str, name: str) -> tuple[Told, Told]:
    """(status, what the engine tells besides)."""
    answer = read(channel.call(service + "PodSandboxStatus", encode({1: name, 2: True})), {1: ("status", SANDBOX), 2: ("info", MAP)})
    return answer.get("status", {}), more(answer)


def listed_sandbox(channel: Channel, service: str, name: str) -> str:
    """The sandbox of a container; the empty text when it is not told."""
    found = read(channel.call(service + "ListContainers", encode({1: encode({1: name})})), LISTED).get("containers", [])
    return next((inspected.text(entry.get("pod_sandbox_id")) for entry in found if entry.get("id") == name), "")


def ask_kubelets(channel: Channel, name: str) -> Told:
    """containerd's answer to ask_cri; its digest of an image that came without one, as those that were not pulled, is its own service's to tell."""
    found = ask_cri(channel, name)
    if found["image"] and not found["imagedigest"]:
        found |= digest(channel, found["image"], [("containerd-namespace", KUBELETS)])
    return found


def ask_containerd_itself(channel: Channel, name: str) -> Told:
    """Of a container of any client of containerd. Raises NoAnswer."""
    spaces = read(channel.call(f"/{CONTAINERD}.namespaces.v1.Namespaces/List", b""), SPACES).get("namespaces", [])
    for space in [entry.get("name", "") for entry in spaces[:MOST_SPACES]]:
        if not space or space == NOT_OURS or not space.isascii() or not space.isprintable():
            continue
        headers = [("containerd-namespace", space)]
        try:
            answer = channel.call(f"/{CONTAINERD}.containers.v1.Containers/Get", encode({1: name}), headers)
        except NoAnswer as error:
            if error.why:
                raise
            continue
        told = read(answer, CONTAINER).get("container", {})
        return inspected.from_containerd(told, json_of(told.get("spec", {}).get("value", ""))) | digest(
            channel, told.get("image", ""), headers
        )
    raise NoAnswer


def digest(channel: Channel, image: str, headers: list[tuple[str, str]]) -> Told:
    """The digest of an image, where it is still there."""
    try:
        answer = channel.call(f"/{CONTAINERD}.images.v1.Images/Get", encode({1: image}), headers)
    except NoAnswer as error:
        if error.why:
            raise
        return {}
    found = inspected.text(read(answer, TARGET).get("image", {}).get("target", {}).get("digest"))
    return {"imagedigest": found} if found else {}


def more(answer: Told) -> Told:
    """What an engine tells for its own debugging, as JSON in an answer's `info`."""
    return json_of(answer.get("info", {}).get("info", ""))


def json_of(text: str) -> Told:
    return parsed(text) if text else {}


def read(answer: bytes, shape: Shape) -> Told:
    try:
        return decode(answer, shape)
    except Malformed as error:
        raise NoAnswer(NONSENSE) from error
