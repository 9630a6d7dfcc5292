"""The thread that asks; engines are played by servers on unix sockets of our own."""

import json
import os
import threading
import time

import pytest

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


@pytest.fixture
def start(tmp_path):
    started = []

    def start(**options):
        started.append(Runtimes(Paths(str(tmp_path)), **options))
        return started[-1]

    yield start
    for each in started:
        each.close()


def records(asking):
    return [parse_container(text) for text in asking.answers()[0]]


def test_answers_come_by_themselves(serve, start):
    serve(docker)
    asking = start()
    assert asking.answers() == ([], [])
    asking.ask(WEB, 0)
    (found,) = wait_for(lambda: records(asking))
    assert (found.id, found.name, found.image) == (WEB.id, b"web", b"nginx:1")


def test_accounts_are_read_through_a_process(start):
    asking, accounts = start(again_s=()), []
    asking.ask(WEB, os.getpid())
    wait_for(lambda: accounts.extend(asking.answers()[1]) or accounts)
    assert b"root" in [account.name for account in accounts]
    assert {account.container for account in accounts} == {WEB.id}


def test_who_is_not_known_yet_is_asked_for_again(serve, start):
    missing = [b"HTTP/1.1 404 Not Found\r\n\r\n"] * 2
    serve(lambda request: missing.pop() if missing else docker(request))
    asking = start(again_s=(0.01, 0.02))
    asking.ask(WEB, 0)
    assert [found.name for found in wait_for(lambda: records(asking))] == [b"web"]


def test_an_engine_that_was_ill_is_asked_once_more(serve, start):
    """Docker talks nonsense at first; Podman, which knows less, answers meanwhile."""
    answers = iter([b"", docker(b""), docker(b"")])
    asked = serve(lambda request: next(answers))
    serve(lambda request: docker(request).replace(b"/web", b"/pod"), path="podman/podman.sock")
    asking, names = start(again_s=(), rest_s=0.05), []
    asking.ask(WEB, 0)
    wait_for(lambda: names.extend(found.name for found in records(asking)) or len(names) == 2)
    time.sleep(0.2)
    assert (names, len(asked), records(asking)) == ([b"pod", b"web"], 2, [])


def test_no_answer_is_counted_and_the_group_tells(start):
    asking = start(again_s=(0.01,))
    asking.ask(WEB, 0)
    assert [(found.id, found.name) for found in wait_for(lambda: records(asking))] == [(WEB.id, None)]
    assert asking.notes == {"containers: no answer from an engine": 1}


def test_whose_engine_has_nobody_to_ask_is_told_at_once(start):
    asking = start()
    asking.ask(Container(b"web", "lxc", LXC), 0)
    assert [found.name for found in wait_for(lambda: records(asking), 20)] == [b"web"]
    assert asking.notes == {}


def test_asking_never_waits(serve, start):
    serve(lambda request: b"", lambda connection: connection.recv(1))
    asking = start()
    began = time.monotonic()
    for _ in range(runtimes.MOST_WAITING + 10):
        asking.ask(WEB, 0)
    asking.close()
    assert time.monotonic() - began < 20
    assert asking.notes["containers: too many to ask for"] >= 8
    assert len(asking.answers()[0]) == asking.notes["containers: too many to ask for"]


def test_who_asks_for_nothing_has_no_thread(start):
    before = threading.active_count()
    start().close()
    assert threading.active_count() == before
