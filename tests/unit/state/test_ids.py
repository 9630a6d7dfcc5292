"""User and group ids, capabilities, accounts."""

import pytest

ALL = (1 << 41) - 1
NEWUSER = 1 << 20

IDS = [
    pytest.param(("setuid<", 100, 0, 5), "uid", 5, id="setuid"),
    pytest.param(("setuid<", 100, -1, 5), "uid", 0, id="failed"),
    pytest.param(("setreuid<", 100, 0, 1, 6), "uid", 6, id="setreuid"),
    pytest.param(("setresuid<", 100, 0, 1, 7, 2), "uid", 7, id="setresuid"),
    pytest.param(("setresuid<", 100, 0, 1, 0xFFFFFFFF, 2), "uid", 0xFFFFFFFF, id="leave-it-sets-it-as-in-falco"),
    pytest.param(("setgid<", 100, 0, 5), "gid", 5, id="setgid"),
    pytest.param(("setresgid<", 100, 0, 1, 7, 2), "gid", 7, id="setresgid"),
    pytest.param(("capset<", 100, 0, 1, 2, 4), "cap_permitted", 2, id="capset"),
    pytest.param(("unshare<", 100, 0, NEWUSER), "cap_effective", ALL, id="unshare-user"),
    pytest.param(("setns<", 100, 0, 3, NEWUSER), "cap_effective", ALL, id="setns-user"),
    pytest.param(("unshare<", 100, 0, 1), "cap_effective", 0, id="unshare-other"),
]


@pytest.mark.parametrize(("event", "name", "value"), IDS)
def test_ids(host, event, name, value):
    host.go(event)
    assert getattr(host.thread(100), name) == value


def test_sysdig_leaves_the_id_at_minus_one(sysdig_host):
    sysdig_host.go((192, 100, 1, 0xFFFFFFFF, 2), (193, 100, 0))
    assert sysdig_host.thread(100).uid == 0


def test_old_setuid_reads_its_enter_event(any_host):
    any_host.go((198, 100, 42), (199, 100, 0))
    assert any_host.thread(100).uid == 42


def test_accounts_come_and_go(host):
    host.go(("useradded>", -1, 7, 8, "joe", "/home/joe", "/bin/sh", None), ("groupadded>", -1, 8, "staff", None))
    assert host.state.users[7].name == b"joe" and host.state.groups[8].name == b"staff"
    host.go(("userdeleted>", -1, 7, 8, "joe", "", "", None), ("groupdeleted>", -1, 8, "staff", None))
    assert 7 not in host.state.users and 8 not in host.state.groups


def test_accounts_of_containers_are_not_taken_from_events(host):
    host.go(("useradded>", -1, 7, 8, "joe", "/home/joe", "/bin/sh", "abc"), ("groupadded>", -1, 8, "staff", "abc"))
    assert host.state.accounts.user(7, b"abc") is None and host.state.accounts.group(8, b"abc") is None
