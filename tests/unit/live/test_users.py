"""Accounts from files that may be anything."""

import os

import pytest

from firmer.events.section import Group, User
from firmer.live.users import MOST, groups, read_accounts, users

PASSWD = b"root:x:0:0:root:/root:/bin/bash\nanna:x:1000:1001:Anna,,,:/home/anna:/bin/zsh\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"anna:x:1000:1001:A:/home/anna:/bin/zsh", User(1000, 1001, b"anna", b"/home/anna", b"/bin/zsh", b"c")),
        (b"nobody:x:65534:65534::/:", User(65534, 65534, b"nobody", b"/", b"", b"c")),
        (b"big:x:4294967295:0:::", User(4294967295, 0, b"big", b"", b"", b"c")),
        (b"over:x:4294967296:0:::", None),
        (b"minus:x:-1:0:::", None),
        (b"word:x:one:0:::", None),
        (b"long:x:00000000000000000000001:0:::", None),
        (b"short:x:1:1", None),
        (b":x:1:1:::", None),
        (b"", None),
        (b"n" * 1000 + b":x:1:1:::", User(1, 1, b"n" * 255, b"", b"", b"c")),
        (b"\xff\x1b[31m:x:1:1::\0:", User(1, 1, b"\xff\x1b[31m", b"\0", b"", b"c")),
    ],
)
def test_lines_of_passwd(line, expected):
    assert list(users(line, b"c", 10)) == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("line", "expected"), [(b"wheel:x:10:anna", Group(10, b"wheel", b"")), (b"wheel:x:10", None), (b"wheel:x:ten:", None), (b"::", None)]
)
def test_lines_of_group(line, expected):
    assert list(groups(line, b"", 10)) == ([] if expected is None else [expected])


@pytest.fixture
def root(tmp_path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "passwd").write_bytes(PASSWD)
    (tmp_path / "etc" / "group").write_bytes(b"root:x:0:\n")
    fd = os.open(tmp_path, os.O_PATH)
    yield fd
    os.close(fd)


def test_a_container_has_its_own(root):
    notes = {}
    found = read_accounts(root, b"0123456789ab", notes)
    assert [(user.name, user.container) for user in found[0]] == [(b"root", b"0123456789ab"), (b"anna", b"0123456789ab")]
    assert found[1] == [Group(0, b"root", b"0123456789ab")] and not notes


def test_too_many_are_cut(root, tmp_path):
    (tmp_path / "etc" / "passwd").write_bytes(b"u:x:1:1:::\n" * (MOST + 1))
    assert len(read_accounts(root, b"c", {})[0]) == MOST


def test_a_pipe_in_its_place_is_told_and_not_waited_for(root, tmp_path):
    (tmp_path / "etc" / "passwd").unlink()
    os.mkfifo(tmp_path / "etc" / "passwd")
    notes = {}
    assert read_accounts(root, b"c", notes)[0] == [] and notes == {"accounts: file not readable": 1}


def test_none_is_no_complaint(root, tmp_path):
    (tmp_path / "etc" / "passwd").unlink()
    notes = {}
    assert read_accounts(root, b"c", notes)[0] == [] and not notes
