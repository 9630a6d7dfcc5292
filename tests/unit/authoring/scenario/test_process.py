"""Processes of a scenario: clone, execve, ids, exit."""

import pytest

from firmer.authoring.scenario.descriptors import O_CLOEXEC
from firmer.authoring.scenario.host import Host
from firmer.authoring.scenario.process import ALL_CAPABILITIES, DOCKER_CAPABILITIES


@pytest.fixture
def host():
    return Host()


def calls(host, name):
    return [call for call in host.stage.calls if call.name == name]


def test_fork_returns_twice(host):
    sh = host.process("sh")
    child = sh.fork()
    parents, childs = calls(host, "clone")
    assert (parents.tid, parents.values["res"]) == (sh.tid, child.tid)
    assert (childs.tid, childs.values["res"], childs.values["ptid"], childs.entered) == (child.tid, 0, sh.tid, False)


def test_a_child_takes_over_what_its_parent_has(host):
    sh = host.process("sh", uid=33, cwd="/srv")
    fd = sh.open("/a")
    child = sh.fork()
    child.close(fd)
    assert (child.uid, child.cwd, child.comm) == (33, "/srv", "sh")
    assert fd in sh.fds


def test_execve_makes_another_program(host):
    sh = host.process("sh")
    sh.open("/a", flags=O_CLOEXEC)
    kept = sh.open("/b")
    sh.execve("/usr/bin/a-name-of-many-letters", "-x", argv0="[kworker]")
    assert (sh.comm, sh.argv0, sh.exepath, sh.args) == ("a-name-of-many-", "[kworker]", "/usr/bin/a-name-of-many-letters", ("-x",))
    assert set(sh.fds) == {0, 1, 2, kept}


def test_a_failed_execve_changes_nothing(host):
    sh = host.process("sh")
    sh.execve("/nope", error="ENOENT")
    assert sh.comm == "sh" and calls(host, "execve")[0].values["res"] == -2


@pytest.mark.parametrize(("inside", "flags"), [(False, 1), (True, 3)], ids=["host", "container"])
def test_a_program_that_the_story_wrote_is_marked(inside, flags, host):
    sh = host.process("sh", container=host.container("a", "a:1") if inside else None)
    sh.write_file("/tmp/x", b"\x7fELF", "x")
    child = sh.spawn("/tmp/x")
    told = calls(host, "execve")[0].values
    assert (child.exe_flags, told["flags"]) == (flags, flags)
    assert told["exe_ino_ctime"] >= host.stage.start_ns


@pytest.mark.parametrize(
    ("uid", "contained", "privileged", "capabilities"),
    [(0, False, False, ALL_CAPABILITIES), (33, False, False, 0), (0, True, False, DOCKER_CAPABILITIES), (0, True, True, ALL_CAPABILITIES)],
)
def test_capabilities(uid, contained, privileged, capabilities, host):
    container = host.container("a", "a:1", privileged=privileged) if contained else None
    assert host.process("x", uid=uid, container=container).entry().cap_effective == capabilities


def test_a_process_of_a_container_has_two_ids(host):
    web = host.container("a", "a:1")
    first = host.process("node", container=web)
    second = first.fork()
    assert (first.vtid, second.vtid) == (1, 2)
    assert calls(host, "clone")[0].values["res"] == 2  # as the container itself sees it
    assert web.full_id.encode() in second.cgroups


def test_a_runtime_puts_a_child_into_a_container(host):
    web = host.container("a", "a:1")
    runc = host.process("runc")
    child = runc.spawn("bash", container=web)
    assert calls(host, "clone")[0].values["res"] == child.tid
    assert (child.container, child.vtid) == (web, 1)


def test_ids(host):
    sh = host.process("sh", uid=33)
    sh.setuid(0, error="EPERM")
    assert sh.uid == 33
    sh.setuid(0)
    sh.setgid(5)
    sh.setsid()
    assert (sh.uid, sh.gid, sh.sid, sh.pgid) == (0, 5, sh.tid, sh.tid)


def test_run_is_over_when_it_returns(host):
    host.process("cron").run("true")
    assert [call.name for call in host.stage.calls] == ["clone", "clone", "execve", "procexit"]


@pytest.mark.parametrize(("code", "signal", "status"), [(0, 0, 0), (1, 0, 256), (0, 9, 9)])
def test_exit(code, signal, status, host):
    host.process("sh").exit(code, signal=signal)
    assert calls(host, "procexit")[0].values["status"] == status
