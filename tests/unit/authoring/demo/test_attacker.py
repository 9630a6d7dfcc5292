"""What the attacker types, and how they wait for answers."""

import socket
import threading

import pytest

from firmer.authoring.demo import attacker


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


def answer(theirs, *pieces):
    def work():
        theirs.recv(100)
        for piece in pieces:
            theirs.sendall(piece)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_a_command_ends_with_its_answer(ends, monkeypatch):
    monkeypatch.setattr(attacker.time, "sleep", lambda seconds: None)
    thread = answer(ends[1], b"uid=", b"33(www-data)\n")
    assert "uid=33" in attacker.command(ends[0], "id", "uid=33")
    thread.join()


def test_a_connection_that_ends_is_an_end(ends, monkeypatch):
    monkeypatch.setattr(attacker.time, "sleep", lambda seconds: None)
    ends[1].close()
    with pytest.raises(OSError):
        attacker.command(ends[0], "exit", "more")


def test_it_is_played_between_addresses_that_nobody_has():
    documentation = ("192.0.2.", "198.51.100.", "203.0.113.")
    assert all(address.startswith(documentation) for address in (*attacker.VISITORS, attacker.ATTACKER, attacker.HIDEOUT))
