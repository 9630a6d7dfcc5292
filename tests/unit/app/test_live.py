"""Whom a run watches; the rest is tried on a real host (tests/live/test_run.py)."""

import pytest

from firmer.app.live import group_of_container, watch_of
from firmer.app.settings import WatchSettings
from firmer.errors import UsageError
from firmer.live.session import Watch

ONE, OTHER = "ab12" + "0" * 60, "ab34" + "1" * 60


@pytest.fixture
def processes(tmp_path):
    groups = {
        1: "0::/init.scope",
        20: f"1:name=systemd:/x\n0::/system.slice/docker-{ONE}.scope",
        21: f"0::/system.slice/docker-{ONE}.scope",
        30: f"0::/kubepods/pod1/{OTHER}/inner",
    }
    for pid, text in groups.items():
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "cgroup").write_text(text + "\n")
    (tmp_path / "40").mkdir()  # ended
    (tmp_path / "self").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("start", "group"),
    [("ab12", f"/system.slice/docker-{ONE}.scope"), (ONE, f"/system.slice/docker-{ONE}.scope"), ("ab341", f"/kubepods/pod1/{OTHER}")],
)
def test_the_group_of_a_container(start, group, processes):
    assert group_of_container(start, processes) == group


@pytest.mark.parametrize(
    ("start", "told"), [("ab99", "no containers"), ("ab1", "no beginning"), ("../x", "no beginning"), ("AB12", "no beginning")]
)
def test_containers_that_are_not_there(start, told, processes):
    with pytest.raises(UsageError, match=told):
        group_of_container(start, processes)


def test_an_ambiguous_beginning_is_refused(processes):
    (processes / "50").mkdir()
    (processes / "50" / "cgroup").write_text(f"0::/docker/ab12{'2' * 60}\n")
    with pytest.raises(UsageError, match="2 containers"):
        group_of_container("ab12", processes)


def test_one_of_the_three_at_most():
    assert watch_of(WatchSettings()) == Watch()
    assert watch_of(WatchSettings(tree=5)) == Watch(pid=5)
    assert watch_of(WatchSettings(cgroup="/a")) == Watch(cgroup="/a")
    with pytest.raises(UsageError, match="one of"):
        watch_of(WatchSettings(tree=5, cgroup="/a"))
