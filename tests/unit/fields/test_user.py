"""user.*."""

import pytest

BY_ROOT = ("kill<", 20, 0, 1, 15)
STRANGER = ("kill<", 999, 0, 1, 15)
OTHER = ("setuid<", 30, 0, 4711)

CASES = [
    # field, event, Falco's, sysdig's
    ("user.uid", None, 1000, 1000),
    ("user.name", None, "alice", "alice"),
    ("user.homedir", None, "/home/alice", "/home/alice"),
    ("user.shell", None, "/bin/zsh", "/bin/zsh"),
    ("user.loginuid", None, 1000, 1000),
    ("user.loginname", None, "alice", "alice"),
    ("user.uid", BY_ROOT, 0, 0),
    ("user.name", BY_ROOT, "root", None),
    ("user.homedir", BY_ROOT, "/root", None),
    ("user.shell", BY_ROOT, "<NA>", None),
    ("user.loginuid", BY_ROOT, -1, -1),
    ("user.loginname", BY_ROOT, "<NA>", None),
    ("user.uid", STRANGER, 4294967295, 4294967295),
    ("user.name", STRANGER, "<NA>", None),
]


@pytest.mark.parametrize("field,event,falco,sysdig", CASES)
def test_user(ask_worker, field, event, falco, sysdig):
    events = () if event is None else (event,)
    assert ask_worker(field, *events) == falco
    assert ask_worker(field, *events, dialect="sysdig") == sysdig


def test_a_user_without_a_name(ask_worker):
    assert ask_worker("user.uid", OTHER) == 4711
    assert ask_worker("user.name", OTHER) == "<NA>"


def test_containers_have_users_of_their_own(ask_worker, thread_entry):
    cgroups = b"cpu=/docker/" + b"a" * 64 + b"\0"
    threads = [thread_entry(30, 1, uid=1000, cgroups=cgroups), thread_entry(31, 1, uid=0, cgroups=cgroups)]
    assert ask_worker("user.name", threads=threads) == "<NA>"
    assert ask_worker("user.name", ("kill<", 31, 0, 1, 15), threads=threads) == "root"
