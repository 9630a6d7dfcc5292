"""What every call of a scenario's process needs."""

import pytest

from firmer.authoring.scenario.actor import Actor, result, snap
from firmer.authoring.scenario.container import Container
from firmer.authoring.scenario.descriptors import file
from firmer.authoring.scenario.stage import Stage


def actor(**traits):
    return Actor(stage=Stage(10**18, "10.0.0.5", 2), tid=7, **traits)


@pytest.mark.parametrize(("error", "value"), [(None, 3), ("EACCES", -13), ("ENOENT", -2)])
def test_result(error, value):
    assert result(error, 3) == value


@pytest.mark.parametrize(("data", "kept"), [("x" * 100, b"x" * 80), (b"\0", b"\0"), ("ü", "ü".encode())])
def test_snap(data, kept):
    assert snap(data) == kept


def test_the_lowest_free_number_is_next():
    one = actor(fds={0: file("/a"), 2: file("/b")})
    assert [one.new_fd(file("/c")), one.new_fd(file("/d"))] == [1, 3]


@pytest.mark.parametrize(("path", "whole"), [("x", "/srv/x"), ("../x", "/x"), ("/etc//x", "/etc/x")])
def test_paths_are_relative_to_the_working_directory(path, whole):
    assert actor(cwd="/srv").absolute(path) == whole


def test_a_container_has_files_of_its_own():
    assert actor().file_key("/x") != actor(container=Container("a", "a:1", 0)).file_key("/x")
