"""The staged host, as far as it can be looked at without being root; it is built in tests/live/test_demo.py."""

import os

import pytest

from firmer.authoring.demo import world
from firmer.authoring.demo.cast import ROLES


@pytest.mark.parametrize(("who", "needed", "told"), [(1000, (), "by root only"), (0, ("/no/such/program",), "with /no/such/program")])
def test_what_is_missing_is_told(who, needed, told, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: who)
    monkeypatch.setattr(world, "NEEDED", needed or world.NEEDED)
    with pytest.raises(world.StageError, match=told):
        world.World()


def test_everybody_of_the_cast_has_a_program():
    assert set(world.ROLES) == set(ROLES)


def test_secrets_are_examples_and_shut():
    assert world.MODES["etc/shadow"] == 0o600 and world.MODES["etc/sudoers"] == 0o440
    secrets = world.FILES["etc/shadow"] + world.FILES["root/.aws/credentials"]
    assert secrets.count("EXAMPLE") == 4


def test_every_file_has_its_folder():
    folders = {parent for name in world.FOLDERS for parent in (name, *parents(name))}
    assert {os.path.dirname(name) for name in (*world.FILES, *world.LINKS)} - {""} <= folders


def parents(name):
    while name := os.path.dirname(name):
        yield name


def test_the_child_works_and_ends():
    assert os.waitstatus_to_exitcode(os.waitpid(world.forked(lambda: None), 0)[1]) == 0


def test_a_failing_child_says_why(capfd):
    def fail():
        raise OSError(1, "no luck")

    assert os.waitstatus_to_exitcode(os.waitpid(world.forked(fail), 0)[1]) == 1
    assert "no luck" in capfd.readouterr().err


def test_a_refused_call_is_an_error():
    with pytest.raises(OSError, match="mount /no/such"):
        world.mount("x", "/no/such", "nosuchfs")
