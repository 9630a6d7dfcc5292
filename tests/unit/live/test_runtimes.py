"""Engines, played by servers on unix sockets of our own."""

import json
import os
import socket
import threading
import time

import pytest

from firmer.live import runtimes
from firmer.live.containers import CONTAINERD, CRIO, DOCKER, LXC, PODMAN, Container
from firmer.live.runtimes import NoAnswer, Paths, Runtimes, ask, get
from firmer.state.containers import parse_container

ID = "ab" * 32
WEB = Container(ID[:12].encode(), "docker", DOCKER, ID.encode())
ANSWER = json.dumps({"Name": "/web", "Image": "sha256:" + "cd" * 32, "Config": {"Image": "nginx:1"}}).encode()
IMAGE = json.dumps({"RepoDigests": ["nginx@sha256:12"]}).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def full(body):
    return HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


@pytest.fixture
def serve(tmp_path):
    """An engine at a path below `run` that gives `answer(request)`, then does `after(connection)`."""
    servers = []

    def start(answer, after=lambda connection: None, path="docker.sock"):
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(place))
        server.listen()
        servers.append(server)
        asked = []

        def run():
            while True:
                try:
                    connection = server.accept()[0]
                except OSError:
                    return
                with connection:
                    request = connection.recv(4096).decode()
                    if not request:
                        continue  # who it is was enough
                    asked.append(request.split()[1])
                    try:
                        connection.sendall(answer(request))
                        after(connection)
                    except OSError:
                        pass

        threading.Thread(target=run, daemon=True).start()
        return asked

    yield start
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def docker(request):
    return full(IMAGE if "/images/" in request else ANSWER)


def soon(seconds=2.0):
    return time.monotonic() + seconds


def test_docker_is_asked_for_the_container_and_its_image(serve, tmp_path):
    asked = serve(docker)
    found = ask(WEB, Paths(str(tmp_path)), soon())
    assert (found["name"], found["imagedigest"]) == ("web", "sha256:12")
    assert asked == [f"/v1.24/containers/{ID}/json", f"/v1.24/images/{'cd' * 32}/json"]


@pytest.mark.parametrize("kind", [DOCKER, PODMAN])
def test_either_socket_answers(serve, tmp_path, kind):
    serve(docker, path="podman/podman.sock")
    assert ask(Container(b"abab", "docker", kind, ID.encode()), Paths(str(tmp_path)), soon())["name"] == "web"


def test_a_users_own_engine_is_asked_for_the_users_containers_only(serve, tmp_path):
    uid = os.geteuid() or 1000
    serve(docker, path=f"user/{uid}/podman/podman.sock")
    with pytest.raises(NoAnswer):
        ask(WEB, Paths(str(tmp_path)), soon())
    theirs = Container(b"abab", "podman", PODMAN, ID.encode(), owner=uid)
    assert ask(theirs, Paths(str(tmp_path)), soon())["name"] == "web"


def test_an_answer_from_somebody_else_is_not_taken(serve, tmp_path, monkeypatch):
    serve(docker)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(NoAnswer):
        get(str(tmp_path / "docker.sock"), "/", 4712, soon())


ENDLESS = b"x" * 65536


def drip(connection):
    """A byte now and then, for ever."""
    while True:
        connection.sendall(b"x")
        time.sleep(0.02)


def flood(connection):
    while True:
        connection.sendall(ENDLESS)


BAD = {
    "not-found": (b"HTTP/1.1 404 Not Found\r\n\r\n{}", None),
    "error": (b"HTTP/1.1 500 No\r\n\r\n{}", None),
    "no-http": (b"220 smtp.example ESMTP\r\n", None),
    "no-json": (full(b"<html>"), None),
    "a-list": (full(b"[1]"), None),
    "nothing": (b"", None),
    "half": (HEAD + b"Content-Length: 99\r\n\r\n{", None),
    "deep": (full(b"[" * 100_000), None),
    "drips": (HEAD + b"\r\n{", drip),
    "floods": (HEAD + b"\r\n{", flood),
    "silent": (b"", lambda connection: connection.recv(1)),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_whatever_it_says_the_answer_ends(serve, tmp_path, case):
    answer, after = case
    serve(lambda request: answer, after or (lambda connection: None))
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        ask(WEB, Paths(str(tmp_path)), soon(0.3))
    assert time.monotonic() - began < 2


def test_an_answer_without_length_ends_with_the_connection(serve, tmp_path):
    serve(lambda request: HEAD + b"\r\n" + (IMAGE if "/images/" in request else ANSWER))
    assert ask(WEB, Paths(str(tmp_path)), soon())["name"] == "web"


def test_no_engine_is_no_answer(tmp_path):
    with pytest.raises(NoAnswer):
        ask(WEB, Paths(str(tmp_path)), soon())


BUNDLE = json.dumps({"annotations": {"io.kubernetes.cri.container-name": "web", "io.kubernetes.container.name": "web"}})
PLACES = {
    "containerd": (CONTAINERD, f"containerd/io.containerd.runtime.v2.task/k8s.io/{ID}/config.json"),
    "k3s": (CONTAINERD, f"k3s/containerd/io.containerd.runtime.v2.task/k8s.io/{ID}/config.json"),
    "cri-o": (CRIO, f"containers/storage/overlay-containers/{ID}/userdata/config.json"),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_bundles_are_read_where_engines_leave_them(tmp_path, place):
    kind, path = place
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(BUNDLE)
    container = Container(b"abab", "cri", kind, ID.encode())
    assert ask(container, Paths(str(tmp_path)), soon())["name"] == "web"
    with pytest.raises(NoAnswer):
        ask(Container(b"abab", "cri", kind, ID.encode(), owner=1000), Paths(str(tmp_path)), soon())


def test_a_pipe_for_a_bundle_is_not_waited_for(tmp_path):
    path = tmp_path / PLACES["cri-o"][1]
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    with pytest.raises(NoAnswer):
        ask(Container(b"abab", "cri", CRIO, ID.encode()), Paths(str(tmp_path)), soon())


def wait_for(what, seconds=5.0):
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end
        time.sleep(0.01)
    return found


def test_answers_come_by_themselves(serve, tmp_path):
    serve(docker)
    asking = Runtimes(Paths(str(tmp_path)))
    assert asking.answers() == []
    asking.ask(WEB)
    (found,) = map(parse_container, wait_for(asking.answers))
    assert (found.id, found.name, found.image) == (WEB.id, b"web", b"nginx:1")
    asking.close()


def test_who_is_not_known_yet_is_asked_for_again(serve, tmp_path):
    missing = [b"HTTP/1.1 404 Not Found\r\n\r\n"] * 2
    serve(lambda request: missing.pop() if missing else docker(request))
    asking = Runtimes(Paths(str(tmp_path)), again_s=(0.01, 0.02))
    asking.ask(WEB)
    assert len(wait_for(asking.answers)) == 1
    asking.close()


def test_no_answer_is_counted(tmp_path):
    asking = Runtimes(Paths(str(tmp_path)), again_s=(0.01,))
    asking.ask(WEB)
    wait_for(lambda: asking.notes == {"containers: no answer from an engine": 1})
    asking.close()


def test_asking_never_waits(serve, tmp_path, monkeypatch):
    monkeypatch.setattr(runtimes, "TIME_S", 0.2)
    serve(lambda request: b"", lambda connection: connection.recv(1))
    asking = Runtimes(Paths(str(tmp_path)))
    began = time.monotonic()
    for _ in range(runtimes.MOST_WAITING + 10):
        asking.ask(WEB)
    asking.close()
    assert time.monotonic() - began < 0.2
    assert asking.notes["containers: too many to ask for"] >= 8


def test_nobody_is_asked_about_what_has_no_engine(tmp_path):
    asking = Runtimes(Paths(str(tmp_path)))
    asking.ask(Container(b"web", "lxc", LXC))
    assert asking._asked.empty()
    asking.close()
