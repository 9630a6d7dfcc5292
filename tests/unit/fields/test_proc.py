"""proc.*: names, arguments, ids, the parent."""

import pytest

SIGNAL = ("kill<", 30, 0, 1, 15)
BY_THREAD = ("kill<", 31, 0, 1, 15)
STRANGER = ("kill<", 999, 0, 1, 15)

CASES = {
    # field: in both dialects, or (Falco's, sysdig's)
    "proc.name": "worker",
    "proc.exe": "./worker",
    "proc.exepath": "/opt/worker",
    "proc.args": "--queue  main",
    "proc.cmdline": "worker --queue  main",
    "proc.exeline": "./worker --queue  main",
    "proc.env": "A= 1  EMPTY= HOME=/home/w",
    "proc.cwd": "/opt/",
    "proc.pid": 30,
    "proc.vpid": 30,
    "proc.sid": 20,
    "proc.vpgid": 30,
    "proc.tty": 34816,
    "proc.ppid": 20,
    "proc.pname": "bash",
    "proc.pcmdline": "bash",
}
TODAY = {
    "proc.args[0]": "--queue",
    "proc.args[1]": "",
    "proc.args[2]": "main",
    "proc.args[3]": "",
    "proc.cmdnargs": 3,
    "proc.cmdlenargs": 11,
    "proc.env[HOME]": "/home/w",
    "proc.env[A]": "1",
    "proc.env[EMPTY]": "",
    "proc.env[HOM]": "",
    "proc.env[0]": "A= 1  EMPTY= HOME=/home/w",
    "proc.pgid": 30,
    "proc.pvpid": 20,
    "proc.pexe": "-bash",
    "proc.pexepath": "/usr/bin/bash",
}


@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
@pytest.mark.parametrize("field", CASES)
def test_field_of_a_process(ask_worker, field, dialect):
    assert ask_worker(field, SIGNAL, dialect=dialect) == CASES[field]


@pytest.mark.parametrize("field", TODAY)
def test_field_of_today(ask_worker, field):
    assert ask_worker(field, SIGNAL) == TODAY[field]


@pytest.mark.parametrize(
    "field,value", [("proc.name", "worker:io"), ("proc.pid", 30), ("proc.cwd", "/opt/"), ("proc.env[HOME]", "/home/w")]
)
def test_threads_share_what_belongs_to_the_process(ask_worker, field, value):
    assert ask_worker(field, BY_THREAD) == value


@pytest.mark.parametrize(
    "field,falco,sysdig",
    [
        ("proc.name", "<NA>", "<NA>"),
        ("proc.cmdline", "<NA>", "<NA>"),
        ("proc.args", "", ""),
        ("proc.pid", 999, 999),
        ("proc.ppid", None, -1),
        ("proc.pname", None, None),
    ],
)
def test_a_thread_that_nothing_has_told_of(ask_worker, field, falco, sysdig):
    assert ask_worker(field, STRANGER) == falco
    assert ask_worker(field, STRANGER, dialect="sysdig") == sysdig


def test_name_and_arguments_follow_an_execve(ask_worker):
    program = ("execve<", 30, 0, "nc", b"-e\0", 30, 30, 20, "", 8, 0, 0, 1, 1, 0, "nc", b"", b"X=y\0", 0, 30, 1000, 0)
    assert ask_worker("proc.cmdline", SIGNAL, program) == "nc -e"
    assert ask_worker("proc.args", SIGNAL, program) == "-e"


@pytest.mark.parametrize("dialect,text", [("falco", "sshd"), ("sysdig", "sshd ")])
def test_a_lone_nul_is_one_argument_to_sysdig_only(ask_worker, thread_entry, dialect, text):
    threads = [thread_entry(30, 1, comm=b"sshd", args=b"\0")]
    assert ask_worker("proc.cmdline", SIGNAL, dialect=dialect, threads=threads) == text
