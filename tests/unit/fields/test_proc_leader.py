"""proc.sname, proc.vpgid.* and their like."""

import pytest

TODAY = {
    "proc.sname": "bash",
    "proc.sid.exe": "-bash",
    "proc.sid.exepath": "/usr/bin/bash",
    "proc.vpgid.name": "worker",
    "proc.vpgid.exe": "./worker",
    "proc.vpgid.exepath": "/opt/worker",
    "proc.pgid.name": "worker",
    "proc.pgid.exe": "./worker",
    "proc.pgid.exepath": "/opt/worker",
    "proc.is_sid_leader": False,
    "proc.is_vpgid_leader": True,
    "proc.is_pgid_leader": True,
    "proc.loginshellid": 20,
}


@pytest.mark.parametrize("field", TODAY)
def test_leaders(ask_worker, field):
    assert ask_worker(field) == TODAY[field]


@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
def test_without_the_leader_the_eldest_of_the_session_stands_in(ask_worker, thread_entry, dialect):
    threads = [thread_entry(30, 29, sid=7), thread_entry(29, 28, sid=7, comm=b"eldest"), thread_entry(28, 1, sid=28, comm=b"other")]
    assert ask_worker("proc.sname", threads=threads, dialect=dialect) == "eldest"


@pytest.mark.parametrize("dialect,name", [("falco", ""), ("sysdig", "alone")])
def test_nobody_in_the_session(ask_worker, thread_entry, dialect, name):
    threads = [thread_entry(30, 1, sid=7, comm=b"alone")]
    assert ask_worker("proc.sname", threads=threads, dialect=dialect) == name


def test_inside_of_a_pid_namespace_the_id_names_no_thread_of_the_host(ask_worker, thread_entry):
    threads = [
        thread_entry(30, 29, vtid=5, vpid=5, sid=1),
        thread_entry(29, 1, vtid=1, vpid=1, sid=1, comm=b"entry"),
        thread_entry(1, 0, sid=0, comm=b"host"),
    ]
    assert ask_worker("proc.sname", threads=threads) == "entry"


def test_no_shell_among_the_ancestors(ask_worker, thread_entry):
    assert ask_worker("proc.loginshellid", threads=[thread_entry(30, 1, comm=b"cron")]) is None
