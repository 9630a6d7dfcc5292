"""Tables of users and groups."""

from firmer.state import users
from firmer.state.users import Accounts


def test_today_always_knows_root():
    assert Accounts(sysdig=False).user(0).home == b"/root"
    assert Accounts(sysdig=True).user(0) is None


def test_network_accounts_are_ignored():
    accounts = Accounts(sysdig=False)
    assert accounts.add_user(b"", 5, 5, b"+nis", b"", b"") and not accounts.users


def test_containers_have_tables_of_their_own():
    accounts = Accounts(sysdig=False)
    accounts.add_user(b"abc", 5, 5, b"inner", b"", b"")
    assert accounts.user(5) is None and accounts.user(5, b"abc").name == b"inner"


def test_the_number_of_accounts_is_bounded(monkeypatch):
    monkeypatch.setattr(users, "LIMIT", 2)
    accounts = Accounts(sysdig=False)
    assert [accounts.add_group(b"", gid, b"g") for gid in (1, 2, 3, 2)] == [True, True, False, True]


def test_a_copy_has_tables_of_its_own():
    accounts = Accounts(sysdig=False)
    accounts.add_user(b"", 5, 5, b"five", b"", b"")
    accounts.add_group(b"abc", 6, b"six")
    copy = accounts.copy()
    assert (copy.users, copy.groups_of, copy.count, copy.changes) == (accounts.users, accounts.groups_of, 2, 2)
    assert copy.users is copy.users_of[b""] and copy.groups is copy.groups_of[b""]
    accounts.remove_user(b"", 5)
    accounts.add_group(b"abc", 7, b"seven")
    assert copy.user(5).name == b"five" and copy.group(7, b"abc") is None and copy.changes != accounts.changes
