"""Calls on sockets: what they leave in the event and in the process."""

import pytest

from firmer.authoring.scenario.descriptors import UDP
from firmer.authoring.scenario.host import Host
from firmer.authoring.scenario.values import Address, Pair


@pytest.fixture
def nginx():
    return Host(ip="10.0.0.5").process("nginx")


def names(process):
    return [call.name for call in process.stage.calls]


def last(process):
    return process.stage.calls[-1].values


def test_connect_makes_the_socket_first(nginx):
    fd = nginx.connect("203.0.113.7", 4444)
    assert names(nginx) == ["socket", "connect"]
    assert nginx.fds[fd].pair == last(nginx)["tuple"] == Pair(Address("10.0.0.5", 40_002), Address("203.0.113.7", 4444))


def test_connect_takes_a_socket_that_is_there(nginx):
    fd = nginx.socket(2, UDP)
    assert nginx.connect("10.0.0.2", 53, protocol=UDP, fd=fd) == fd
    assert names(nginx) == ["socket", "connect"]


@pytest.mark.parametrize(("error", "connected"), [("ECONNREFUSED", False), ("EINPROGRESS", True)])
def test_a_connect_that_returns_an_error(error, connected, nginx):
    fd = nginx.connect("203.0.113.7", 80, error=error)
    assert (nginx.fds[fd].pair is not None) is connected


@pytest.mark.parametrize(("host", "ours"), [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("203.0.113.7", "10.0.0.5")])
def test_our_end_of_a_connection(host, ours, nginx):
    nginx.connect(host, 80)
    assert last(nginx)["tuple"].source.host == ours


def test_a_container_connects_from_its_own_address():
    host = Host()
    host.process("curl", container=host.container("a", "a:1", ip="172.17.0.9")).connect("203.0.113.7", 80)
    assert host.stage.calls[-1].values["tuple"].source.host == "172.17.0.9"


def test_accept_names_the_client_first(nginx):
    listening = nginx.listen(80)
    fd = nginx.accept(listening, "198.51.100.7", 51234)
    assert names(nginx) == ["socket", "bind", "listen", "accept"]
    assert nginx.fds[fd].pair == Pair(Address("198.51.100.7", 51234), Address("10.0.0.5", 80))


def test_accept_needs_a_listening_socket(nginx):
    with pytest.raises(ValueError, match="does not listen"):
        nginx.accept(0, "198.51.100.7", 1)


def test_send_and_receive_on_a_connection(nginx):
    fd = nginx.connect("203.0.113.7", 80)
    nginx.send(fd, "x" * 100)
    assert (last(nginx)["res"], len(last(nginx)["data"])) == (100, 80)
    nginx.receive(fd, "y")
    assert names(nginx)[-2:] == ["sendto", "recvfrom"]
