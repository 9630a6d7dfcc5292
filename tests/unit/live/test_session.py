"""Whom a live source watches, as far as it can be told without a probe."""

import os
import subprocess
from pathlib import Path

import pytest

from firmer.errors import UsageError
from firmer.live import privileges, session
from firmer.live.probe import ProbeError


def test_a_tree_is_a_process_and_its_descendants():
    with subprocess.Popen(["sh", "-c", "sleep 60 & read x"], stdin=subprocess.PIPE) as shell:
        try:
            while len(tree := session.tree(shell.pid)) < 2:
                pass
            assert tree[0] == shell.pid
            assert Path(f"/proc/{tree[1]}/stat").read_text().split()[3] == str(shell.pid)
            assert set(tree) <= set(session.tree(os.getpid()))
        finally:
            for pid in session.tree(shell.pid)[1:]:
                os.kill(pid, 9)


def test_who_has_ended_has_no_descendants():
    assert session.tree(2**22 + 1) == [2**22 + 1]


@pytest.mark.parametrize(
    ("watch", "problem"),
    [
        (session.Watch(pid=2**22 + 1), "no process 4194305"),
        (session.Watch(cgroup="/no/such"), "no control group '/no/such'"),
        (session.Watch(container="f" * 64), "no containers"),
        (session.Watch(5, "/a"), "not two of these"),
    ],
)
def test_nobody_to_watch_is_told(watch, problem, monkeypatch):
    monkeypatch.setattr(session, "check_rights", lambda: None)
    with pytest.raises(UsageError, match=problem):
        session.listen(None, watch)


def test_members_of_a_group_are_those_below_it_too(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "cgroup.procs").write_text("1\n2\n")
    (tmp_path / "a" / "cgroup.procs").write_text("3\n")
    assert sorted(session.members(tmp_path)) == [1, 2, 3]


def hold(capabilities, monkeypatch):
    monkeypatch.setattr(privileges, "held", lambda: frozenset(name for name, bit in privileges.NUMBERS.items() if capabilities >> bit & 1))


@pytest.mark.parametrize(
    ("capabilities", "btf", "problem"),
    [(0, True, "CAP_BPF and CAP_PERFMON"), (1 << 39, True, "CAP_BPF and CAP_PERFMON"), (1 << 21, False, "CONFIG_DEBUG_INFO_BTF")],
)
def test_what_is_missing_is_told_in_one_line(capabilities, btf, problem, tmp_path, monkeypatch):
    hold(capabilities, monkeypatch)
    monkeypatch.setattr(session, "BTF", tmp_path if btf else tmp_path / "none")
    with pytest.raises(ProbeError, match=problem) as caught:
        session.check_rights()
    assert "\n" not in str(caught.value)
    assert "firmer doctor" in str(caught.value)


@pytest.mark.parametrize("capabilities", [1 << 21, 1 << 39 | 1 << 38, (1 << 41) - 1])
def test_enough_is_enough(capabilities, tmp_path, monkeypatch):
    hold(capabilities, monkeypatch)
    monkeypatch.setattr(session, "BTF", tmp_path)
    session.check_rights()


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
    assert session.group_of_container(start, processes) == group


@pytest.mark.parametrize(
    ("start", "told"), [("ab99", "no containers"), ("ab1", "no beginning"), ("../x", "no beginning"), ("AB12", "no beginning")]
)
def test_containers_that_are_not_there(start, told, processes):
    with pytest.raises(UsageError, match=told):
        session.group_of_container(start, processes)


def test_an_ambiguous_beginning_is_refused(processes):
    (processes / "50").mkdir()
    (processes / "50" / "cgroup").write_text(f"0::/docker/ab12{'2' * 60}\n")
    with pytest.raises(UsageError, match="2 containers"):
        session.group_of_container("ab12", processes)
