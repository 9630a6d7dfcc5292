"""Who is asked about a container, and in which order. Engines are servers of our own."""

import json
import os
import time

import pytest
from grpc import StatusCode

from firmer.live import engines
from firmer.live.asking import NONSENSE, SILENT, NoAnswer
from firmer.live.containers import CONTAINERD, CRI, CRIO, CUSTOM, DOCKER, LXC, PODMAN, Container
from firmer.live.engines import SOCKETS, Engines, Paths
from firmer.live.protobuf import encode

ID = "ab" * 32
WEB = Container(ID[:12].encode(), "docker", DOCKER, ID.encode())
TOLD = {"Name": "/web", "Image": "sha256:" + "cd" * 32, "Config": {"Image": "nginx:1"}}
STATUS = "/runtime.v1.RuntimeService/ContainerStatus"


def of(kind, owner=0, full_id=ID):
    return Container(b"abab", "any", kind, full_id.encode(), owner=owner)


def docker(request):
    body = json.dumps({"RepoDigests": ["nginx@sha256:12"]} if b"/images/" in request else TOLD).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def cri(name):
    """What an engine answers that speaks gRPC, and calls the container so."""
    methods = {STATUS: lambda request, headers: encode({1: encode({1: ID, 2: encode({1: name})})})}
    return methods | {"/runtime.v1.RuntimeService/ListContainers": lambda request, headers: b""}


@pytest.fixture
def notes():
    return {}


@pytest.fixture
def asked(tmp_path, notes):
    return Engines(Paths(str(tmp_path), str(tmp_path / "lib")), notes, time_s=0.3)


def test_docker_is_asked_for_the_container_and_its_image(serve, asked, notes):
    requests = serve(docker)
    found = asked.ask(WEB)
    assert (found["name"], found["imagedigest"], notes) == ("web", "sha256:12", {})
    assert [request.split()[1].decode() for request in requests] == [f"/v1.24/containers/{ID}/json", f"/v1.24/images/{'cd' * 32}/json"]


def test_an_image_that_is_gone_takes_no_name_away(serve, asked):
    serve(lambda request: b"HTTP/1.1 404 Not Found\r\n\r\n" if b"/images/" in request else docker(request))
    assert asked.ask(WEB)["image"] == "nginx:1"


@pytest.mark.parametrize("kind", [DOCKER, PODMAN, CONTAINERD, CRI])
@pytest.mark.parametrize("path", [SOCKETS["docker"], SOCKETS["podman"]])
def test_either_socket_answers(serve, asked, kind, path):
    serve(docker, path=path)
    assert asked.ask(of(kind))["name"] == "web"


@pytest.mark.parametrize(("engine", "kind"), [("containerd", CONTAINERD), ("k3s", CONTAINERD), ("cri-o", CRIO)])
@pytest.mark.parametrize("group", [DOCKER, CRI])
def test_who_answers_tells_the_kind(grpc_server, asked, engine, kind, group):
    grpc_server(cri("web"), SOCKETS[engine])
    found = asked.ask(of(group))
    assert (found["name"], found["type"]) == ("web", kind)


ORDER = {CONTAINERD: ["containerd", "k3s", "cri-o"], CRIO: ["cri-o", "containerd", "k3s"], CRI: ["containerd", "k3s", "cri-o"]}


@pytest.mark.parametrize("kind", ORDER)
def test_the_likely_engine_comes_first(kind):
    assert [path for path, _ in Paths("").by_grpc(of(kind))] == [f"/{SOCKETS[engine]}" for engine in ORDER[kind]]


def test_containers_of_other_clients_have_any_name_for_an_id(grpc_server, asked):
    kubelets = []
    methods = {
        "/containerd.services.namespaces.v1.Namespaces/List": lambda request, headers: encode({1: encode({1: "default"})}),
        "/containerd.services.containers.v1.Containers/Get": lambda request, headers: encode({1: encode({1: "shop"})}),
        "/containerd.services.images.v1.Images/Get": lambda request, headers: StatusCode.NOT_FOUND,
        STATUS: lambda request, headers: kubelets.append(request),
    }
    grpc_server(methods)
    assert asked.ask(of(CONTAINERD, full_id="shop"))["name"] == "shop"
    assert kubelets == []


def test_a_users_own_engine_is_asked_for_the_users_containers_only(serve, grpc_server, asked):
    uid = os.geteuid() or 1000
    serve(docker, path=f"user/{uid}/podman/podman.sock")
    grpc_server(cri("web"), f"user/{uid}/containerd/containerd.sock")
    with pytest.raises(NoAnswer):
        asked.ask(WEB)
    assert asked.ask(of(PODMAN, owner=uid))["name"] == "web"


BUNDLE = json.dumps({"annotations": {"io.kubernetes.cri.container-name": "web", "io.kubernetes.container.name": "web"}})
PLACES = {
    "containerd": (CONTAINERD, f"containerd/io.containerd.runtime.v2.task/k8s.io/{ID}/config.json"),
    "k3s": (CONTAINERD, f"k3s/containerd/io.containerd.runtime.v2.task/any/{ID}/config.json"),
    "cri-o": (CRIO, f"containers/storage/overlay-containers/{ID}/userdata/config.json"),
    "podman": (PODMAN, f"lib/containers/storage/vfs-containers/{ID}/userdata/config.json"),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_bundles_are_read_where_engines_leave_them(tmp_path, asked, place):
    kind, path = place
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(BUNDLE)
    assert asked.ask(of(kind))["name"] == "web"
    with pytest.raises(NoAnswer):
        asked.ask(of(kind, owner=1000))


STORED = [
    {"id": "00" * 32, "names": ["db"]},
    {
        "id": ID,
        "names": ["web"],
        "image": "cd" * 32,
        "metadata": json.dumps({"image-name": "localhost/shop/web:1.2", "created-at": 1714979289}),
    },
]


@pytest.mark.parametrize(
    "path", ["lib/containers/storage/overlay-containers/containers.json", "containers/storage/vfs-containers/volatile-containers.json"]
)
def test_podman_without_its_service(tmp_path, asked, path):
    (tmp_path / "lib").mkdir(exist_ok=True)
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(json.dumps(STORED))
    found = asked.ask(of(PODMAN))
    assert (found["name"], found["image"], found["imagetag"], found["imageid"], found["created_time"]) == (
        "web",
        "localhost/shop/web:1.2",
        "1.2",
        "cd" * 32,
        1714979289,
    )
    bundle = tmp_path / PLACES["podman"][1]
    bundle.parent.mkdir(parents=True)
    bundle.write_text(json.dumps({"process": {"user": {"uid": 7}}}))
    found = asked.ask(of(PODMAN))
    assert (found["name"], found["imagetag"], found["User"]) == ("web", "1.2", "7")
    for other in (of(PODMAN, owner=1000), of(PODMAN, full_id="11" * 32)):
        with pytest.raises(NoAnswer):
            asked.ask(other)


def test_a_pipe_for_a_bundle_is_not_waited_for(tmp_path, asked):
    path = tmp_path / PLACES["cri-o"][1]
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    with pytest.raises(NoAnswer):
        asked.ask(of(CRIO))


def test_where_the_engine_does_not_answer_the_bundle_is_read(tmp_path, serve, asked, notes):
    serve(lambda request: b"HTTP/1.1 200 OK\r\n\r\n", path=SOCKETS["containerd"])
    path = tmp_path / PLACES["containerd"][1]
    path.parent.mkdir(parents=True)
    path.write_text(BUNDLE)
    assert asked.ask(of(CONTAINERD))["name"] == "web"
    assert notes == {f"containers: {tmp_path}/containerd/containerd.sock: {NONSENSE}": 1}


@pytest.mark.parametrize("path", [SOCKETS["docker"], SOCKETS["containerd"]])
def test_who_keeps_silent_is_counted_and_left_alone(serve, asked, notes, monkeypatch, tmp_path, path):
    requests = serve(lambda request: b"", lambda connection: connection.recv(1), path=path)
    for _ in range(3):
        with pytest.raises(NoAnswer):
            asked.ask(WEB)
    assert (len(requests), notes) == (1, {f"containers: {tmp_path}/{path}: {SILENT}": 1})
    later = time.monotonic() + engines.REST_S + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    with pytest.raises(NoAnswer):
        asked.ask(WEB)
    assert len(requests) == 2


def test_one_silent_engine_takes_no_time_from_another(serve, asked):
    serve(lambda request: b"", lambda connection: connection.recv(1), path=SOCKETS["docker"])
    serve(docker, path=SOCKETS["podman"])
    assert asked.ask(WEB)["name"] == "web"


def test_no_engine_is_no_answer(asked, notes):
    with pytest.raises(NoAnswer):
        asked.ask(WEB)
    assert notes == {}


@pytest.mark.parametrize("container", [of(LXC), of(CUSTOM), of(DOCKER, full_id="")], ids=["lxc", "custom", "no id"])
def test_nobody_is_asked_about_what_has_no_engine(serve, asked, container):
    requests = serve(docker)
    with pytest.raises(NoAnswer):
        asked.ask(container)
    assert requests == []
