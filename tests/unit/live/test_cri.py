"""containerd and CRI-O, played by a gRPC server that knows one container, one pod and one image."""

import json
import time

import pytest
from grpc import StatusCode

from firmer.live.asking import NONSENSE, NoAnswer, connect
from firmer.live.cri import ask_containerd_itself, ask_cri, ask_kubelets
from firmer.live.grpc import Channel, Unimplemented
from firmer.live.protobuf import TEXT, decode, encode

WEB, POD = "ab" * 32, "ef" * 32
IMAGE_ID = "cd" * 32
INFO = {
    "sandboxID": POD,
    "config": {"image": {"image": "sha256:" + IMAGE_ID}, "envs": [{"key": "PASSWORD", "value": "secret"}]},
    "runtimeSpec": {
        "process": {"user": {"uid": 7}, "env": ["PASSWORD=secret"]},
        "linux": {"namespaces": [{"type": "pid"}, {"type": "ipc"}, {"type": "network"}]},
    },
}
POD_INFO = {"image": "registry.k8s.io/pause:3.9", "cniResult": {"Interfaces": {"lo": {}, "eth0": {"Mac": "1"}, "veth12": {}}}}


def message(*fields):
    return b"".join(encode({number: value}) for number, value in fields)


def pair(key, value):
    return encode({1: key, 2: value})


STATUS = message(
    (1, WEB), (2, encode({1: "web"})), (4, 1714979289 * 10**9 + 5), (8, encode({1: "docker.io/library/nginx:1.25"})),
    (9, "docker.io/library/nginx@sha256:12"), (12, pair("tier", "front")), (12, pair("io.kubernetes.container.name", "web")),
    (14, encode({1: "/data", 2: "/srv", 3: 1, 5: 1})), (14, encode({1: "/logs", 2: "/var/log"})),
    (18, encode({1: encode({1: 1234})})),
)  # fmt: skip
SANDBOX = message(
    (1, POD), (2, encode({1: "web-0", 2: "u-1", 3: "shop"})), (4, 1714979280 * 10**9), (5, encode({1: "10.88.0.7"})),
    (6, encode({1: encode({2: encode({1: 2, 2: 1})})})), (7, pair("app", "web")),
)  # fmt: skip


def info(told):
    return pair("info", json.dumps(told))


def of(name, number, answer):
    """Answers to whom asks for this, by the first field of the request."""
    return lambda request, headers: answer if decode(request, {1: ("id", TEXT)})["id"] == name else StatusCode.NOT_FOUND


def kubelets(status=STATUS, told=INFO, sandbox=SANDBOX, version="v1"):
    service = f"/runtime.{version}.RuntimeService/"
    return {
        service + "ContainerStatus": of(WEB, 1, message((1, status), (2, info(told)))),
        service + "PodSandboxStatus": of(POD, 1, message((1, sandbox), (2, info(POD_INFO)))),
        service + "ListContainers": lambda request, headers: encode({1: encode({1: WEB, 2: POD})}),
    }


@pytest.fixture
def ask(grpc_server):
    def ask(how, methods, name=WEB):
        until = time.monotonic() + 2
        with connect(grpc_server(methods), 0, until) as connection:
            return how(Channel(connection, until), name)

    return ask


@pytest.mark.parametrize("version", ["v1", "v1alpha2"])
def test_a_container_of_a_pod(ask, version):
    found = ask(ask_cri, kubelets(version=version))
    mounts, labels = found.pop("Mounts"), found.pop("labels")
    assert "secret" not in json.dumps(found)
    assert found == {
        "name": "web", "image": "docker.io/library/nginx:1.25", "imagerepo": "docker.io/library/nginx", "imagetag": "1.25",
        "imagedigest": "sha256:12", "imageid": IMAGE_ID, "User": "1234", "created_time": 1714979289, "privileged": False,
        "is_pod_sandbox": False, "pod_sandbox_id": POD, "pod_sandbox_labels": {"app": "web"}, "ip": "10.88.0.7",
        "cni_json": '{"eth0":{"Mac":"1"}}', "host_network": True, "host_pid": False, "host_ipc": False,
    }  # fmt: skip
    assert labels == {
        "tier": "front", "io.kubernetes.container.name": "web", "io.kubernetes.pod.name": "web-0",
        "io.kubernetes.pod.namespace": "shop", "io.kubernetes.pod.uid": "u-1",
    }  # fmt: skip
    assert [(m["Source"], m["Destination"], m["RW"], m["Propagation"]) for m in mounts] == [
        ("/srv", "/data", False, "rslave"),
        ("/var/log", "/logs", True, "private"),
    ]


def test_the_sandbox_of_a_pod(ask):
    found = ask(ask_cri, kubelets(), POD)
    assert (found["name"], found["is_pod_sandbox"], found["pod_sandbox_id"], found["ip"]) == ("POD", True, POD, "10.88.0.7")
    assert (found["image"], found["imagetag"], found["created_time"]) == ("registry.k8s.io/pause:3.9", "3.9", 1714979280)
    assert found["labels"]["io.kubernetes.pod.name"] == "web-0"


def test_an_engine_that_tells_nothing_besides(ask):
    """The sandbox is found in the list; user and image come from the status alone."""
    found = ask(ask_cri, kubelets(told={}))
    assert (found["pod_sandbox_id"], found["User"], found["imageid"], found["ip"]) == (POD, "1234", "", "10.88.0.7")


def test_a_pod_that_is_gone(ask):
    methods = kubelets() | {"/runtime.v1.RuntimeService/PodSandboxStatus": lambda request, headers: StatusCode.NOT_FOUND}
    found = ask(ask_cri, methods)
    assert (found["name"], found["pod_sandbox_id"], "ip" in found) == ("web", POD, False)


def test_a_container_that_nobody_knows(ask):
    with pytest.raises(NoAnswer) as caught:
        ask(ask_cri, kubelets(), "00" * 32)
    assert caught.value.why == ""


BAD = {
    "another container": {"status": encode({1: "00" * 32})},
    "no message": {"status": b"\x80"},
    "no status": {"status": b""},
    "no sandbox": {"sandbox": b"\x0a\x7f"},
    "a list besides": {"told": []},
}


@pytest.mark.parametrize("twist", BAD.values(), ids=BAD)
def test_an_answer_that_makes_no_sense(ask, twist):
    with pytest.raises(NoAnswer) as caught:
        ask(ask_cri, kubelets(**twist))
    assert caught.value.why == NONSENSE


def test_an_engine_without_this_interface(ask):
    with pytest.raises(Unimplemented):
        ask(ask_cri, {})


def spaces(*names):
    return {
        "/containerd.services.namespaces.v1.Namespaces/List": lambda request, headers: message(*((1, encode({1: name})) for name in names))
    }


def images(space, name, digest):
    def get(request, headers):
        if headers["containerd-namespace"] != space or decode(request, {1: ("name", TEXT)}).get("name") != name:
            return StatusCode.NOT_FOUND
        return encode({1: encode({1: name, 3: encode({2: digest})})})

    return {"/containerd.services.images.v1.Images/Get": get}


def own(space, name, container):
    def get(request, headers):
        known = headers["containerd-namespace"] == space and decode(request, {1: ("id", TEXT)}) == {"id": name}
        return encode({1: container}) if known else StatusCode.NOT_FOUND

    return {"/containerd.services.containers.v1.Containers/Get": get}


SPEC = json.dumps({"process": {"user": {"uid": 7}}, "linux": {"namespaces": [{"type": "pid"}]}})
CTR = message(
    (1, "shop"), (2, pair("team", "us")), (3, "docker.io/library/nginx:1"), (5, encode({1: "type", 2: SPEC})), (8, encode({1: 1714979289}))
)
NERDCTL = message((1, WEB), (2, pair("nerdctl/name", "web")), (3, "nginx:1"))


def test_a_container_of_another_client(ask):
    methods = spaces("", "moby", "k8s.io", "tools") | own("tools", "shop", CTR) | images("tools", "docker.io/library/nginx:1", "sha256:12")
    found = ask(ask_containerd_itself, methods, "shop")
    assert (found["name"], found["image"], found["imagedigest"], found["labels"]) == (
        "shop",
        "docker.io/library/nginx:1",
        "sha256:12",
        {"team": "us"},
    )
    assert (found["User"], found["created_time"], found["host_network"], found["host_pid"]) == ("7", 1714979289, True, False)


def test_the_name_that_nerdctl_gave(ask):
    found = ask(ask_containerd_itself, spaces("default") | own("default", WEB, NERDCTL) | images("default", "x", "y"), WEB)
    assert (found["name"], found["imagetag"], found["imagedigest"], found["host_pid"]) == ("web", "1", "", False)


def test_a_container_that_nobody_named_has_its_short_id(ask):
    assert ask(ask_containerd_itself, spaces("default") | own("default", WEB, message((1, WEB))), WEB)["name"] == WEB[:12]


def test_docker_is_asked_for_what_is_dockers(ask):
    with pytest.raises(NoAnswer):
        ask(ask_containerd_itself, spaces("moby") | own("moby", WEB, NERDCTL), WEB)


def test_a_namespace_that_is_no_header(ask):
    with pytest.raises(NoAnswer) as caught:
        ask(ask_containerd_itself, spaces("a\r\nb", "\u20ac", "x" * 9) | own("x", WEB, NERDCTL), WEB)
    assert caught.value.why == ""


def test_the_digest_of_an_image_that_was_not_pulled(ask):
    status = STATUS.replace(b"docker.io/library/nginx@sha256:12", b"sha256:" + b"d" * 26)
    found = ask(ask_kubelets, kubelets(status) | images("k8s.io", "docker.io/library/nginx:1.25", "sha256:34"))
    assert found["imagedigest"] == "sha256:34"
    assert ask(ask_kubelets, kubelets())["imagedigest"] == "sha256:12"
