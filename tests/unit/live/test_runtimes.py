"""The thread that asks; engines are played by servers on unix sockets of our own."""

import json
import time

from firmer.live import runtimes
from firmer.live.containers import DOCKER, LXC, Container
from firmer.live.engines import Paths
from firmer.live.runtimes import Runtimes
from firmer.state.containers import parse_container

ID = "ab" * 32
WEB = Container(ID[:12].encode(), "docker", DOCKER, ID.encode())
ANSWER = json.dumps({"Name": "/web", "Config": {"Image": "nginx:1"}}).encode()


def docker(request):
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(ANSWER) + ANSWER


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


def test_asking_never_waits(serve, tmp_path):
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
