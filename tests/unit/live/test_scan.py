"""A scan of processes that we started, and what the state makes of it."""

import os
import socket
import subprocess
import time

import pytest

from firmer.live import containers
from firmer.live import scan as scan_module
from firmer.live.containers import Container
from firmer.live.engines import Paths
from firmer.live.mounts import Mount
from firmer.live.probe import boot_time
from firmer.live.scan import scan
from firmer.state.state import State


def test_only_the_processes_asked_for(child):
    started = child()
    found = scan([started.pid])
    assert {thread.pid for thread in found.section.threads} == {started.pid}
    assert set(found.section.fds) == set(found.read_at_ns) == set(found.read_by_ns) == {started.pid}
    assert found.complete and not found.notes


def test_each_process_has_the_time_before_it_was_read(child):
    started = child()
    before = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    found = scan([started.pid])
    assert before < found.read_at_ns[started.pid] < time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def test_passes_go_on_until_nobody_is_new(child):
    family = [child().pid]

    def listed():
        """One more each time, four in all, as if forked meanwhile."""
        now = list(family)
        if len(family) < 4:
            family.append(child().pid)
        return now

    assert scan(listed).read_at_ns.keys() == set(family)


def test_a_host_that_never_rests_is_left_and_told():
    gone = subprocess.Popen(["true"])
    gone.wait()
    numbers = iter(range(1 << 22, 1 << 23))  # beyond any pid
    found = scan(lambda: [next(numbers)])
    assert not found.complete and found.notes == {"processes: new ones faster than they are read": 1}


def test_start_times_are_times_of_day(child):
    started, boot = child(), boot_time()
    (thread,) = scan([started.pid], boot).section.threads
    assert 0 <= time.time_ns() - thread.clone_ts < 60e9
    assert thread.pidns_init_start_ts == boot or thread.pidns_init_start_ts == thread.clone_ts


def test_accounts_are_those_of_the_host():
    found = scan([]).section
    assert [user.name for user in found.users if user.uid == 0][:1] == [b"root"]
    assert all(not account.container for account in found.users + found.groups)


def test_a_container_comes_with_its_record_and_accounts(child, tmp_path, monkeypatch):
    """The control group is not ours to choose here, so the container is made up; its files are the host's."""
    inside, gone = child(), child()
    gone.kill()
    gone.wait()
    found_one = Container(b"0123456789ab", "docker", 0)
    monkeypatch.setattr(containers, "containers_of", lambda threads: {found_one: [gone.pid, inside.pid]})
    found = scan([inside.pid])
    assert found.containers == [found_one] and len(found.section.containers) == 1
    assert b"root" in [user.name for user in found.section.users if user.container == found_one.id and user.uid == 0]
    state = State("falco")
    state.load(found.section)
    assert state.containers[found_one.id].type == 0


@pytest.mark.parametrize("silent", [False, True])
def test_engines_are_asked_for_a_short_time(child, monkeypatch, serve, tmp_path, silent):
    """Three containers, and an engine that tells the names of two, or nothing at all."""
    told = iter([b'{"Name":"/web"}', b"no json", b'{"Name":"/db"}'])

    def answer(request):
        return b"" if silent else b"HTTP/1.0 200 OK\r\n\r\n" + next(told)

    requests = serve(answer, (lambda connection: connection.recv(1)) if silent else lambda connection: None)
    all_found = {Container(b"%d" % k, "docker", 0, b"%d" % k * 64): [] for k in range(3)}
    monkeypatch.setattr(containers, "containers_of", lambda threads: all_found)
    began = time.monotonic()
    found = scan([child().pid], engines=Paths(str(tmp_path)))
    assert time.monotonic() - began < 5
    state = State("falco")
    state.load(found.section)
    assert [record.name for record in state.containers.values()] == ([None] * 3 if silent else [b"web", None, b"db"])
    assert len(requests) == (1 if silent else 3) and len(found.notes) == 1


def test_who_serves_its_own_root_is_not_asked(child, monkeypatch):
    served = {mount_id: Mount(0, b"fuse.x", b"/", b"/", False) for mount_id in range(100_000)}
    monkeypatch.setattr(scan_module, "read_mounts", lambda text: served)
    notes = {}
    assert scan_module.accounts_of(Container(b"x", "docker", 0), [child().pid], notes) == ([], [])
    assert notes == {"accounts: file not readable": 1}


@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
def test_the_state_takes_it(child, tmp_path, dialect):
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    code = (
        f"import socket; s = socket.create_connection(('127.0.0.1', {port})); t = socket.socket(); f = open({str(tmp_path / 'x')!r}, 'w')"
    )
    started = child(code, cwd=tmp_path)
    state = State(dialect)
    found = scan([started.pid, os.getpid()])
    state.load(found.section)
    thread = state.thread_by_tid(started.pid)
    assert (thread.cwd, thread.ptid) == (os.fsencode(tmp_path) + b"/", os.getpid())
    named = {fd.name: fd for fd in (state.fd_by(started.pid, number) for number in range(30)) if fd is not None}
    assert os.fsencode(tmp_path / "x") in named
    (connection,) = [name for name in named if name.endswith(b"->127.0.0.1:%d" % port)]
    assert named[connection].l4proto == 2
    server.close()


def test_a_socket_that_nothing_is_connected_to_has_no_name(child):
    started = child("import socket; s = socket.socket()")
    state = State("falco")
    found = scan([started.pid])
    state.load(found.section)
    (entry,) = [entry for entry in found.section.fds[started.pid] if entry.type == 3]
    fd = state.fd_by(started.pid, entry.fd)
    assert (fd.name, fd.sip, fd.dip) == (b"", b"", b"")
