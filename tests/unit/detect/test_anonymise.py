"""What is anonymised names nobody, and still tells the same story."""

import subprocess

import pytest
from scap import CONTAINER, OPENAT_X, READ_X, call, fd, head, s64, u32

from firmer.capture.reader import read_all
from firmer.detect.anonymise import Anonymiser
from firmer.ui.cli.main import run

SECRETS = (b"alice", b"secret.txt", b"hunter2", b"shop", b"www", b"daemon off", b"\xcb\x00\x71\x42")
CAPTURE = (
    head(fds=[fd(3, 3, b"\x0a\0\0\5\xcb\x00\x71\x42" + b"\x50\0\x51\0\x01")])
    + call(OPENAT_X, s64(5), s64(-100), b"/home/alice/secret.txt\0", u32(1), u32(0), u32(3), s64(0))
    + call(READ_X, s64(16), b"password=hunter2", s64(5), u32(16))
    + call(CONTAINER, b'{"container":{"id":"abc","type":0,"name":"shop"}}\0')
)


@pytest.fixture
def out(tmp_path, capsys):
    (tmp_path / "in").write_bytes(CAPTURE)
    assert run(["capture", "anonymise", "-w", str(tmp_path / "out"), str(tmp_path / "in")]) == 0
    assert "Left as they were" in capsys.readouterr().out
    return tmp_path / "out"


def test_no_secret_is_left(out):
    content = out.read_bytes()
    assert [secret for secret in SECRETS if secret in content] == []


def test_lengths_numbers_and_what_every_host_has_are_kept(out):
    opened, read, container = read_all(str(out))
    assert (opened.raw_bytes(0), opened.raw_bytes(2)[:6], len(opened.raw_bytes(2))) == (s64(5), b"/home/", 23)
    assert len(read.raw_bytes(1)) == 16
    assert b'"id": "abc"' in container.raw_bytes(0)


def test_sysdig_opens_it(out, sysdig):
    assert subprocess.run([sysdig, "-r", str(out)], capture_output=True, check=True).stdout.count(b"\n") == 3


one, other = Anonymiser(b"one"), Anonymiser(b"other")


def test_the_same_becomes_the_same_by_one_key_and_another_by_another():
    assert one.text(b"/home/alice/x") == one.text(b"/home/alice/x") != other.text(b"/home/alice/x")
    assert one.text(b"/srv/alice/y").split(b"/")[2] == one.text(b"alice")


@pytest.mark.parametrize(
    ("ip", "begin"),
    [
        ("0a000001", "0a"),
        ("c0a80101", "c0a8"),
        ("ac110002", "ac11"),
        ("fe80" + "00" * 13 + "07", "fe80"),
        ("00" * 10 + "ffff0a000001", "00" * 10 + "ffff0a"),
    ],
)
def test_addresses_stay_in_their_range(ip, begin):
    changed = one.address(bytes.fromhex(ip)).hex()
    assert changed.startswith(begin)
    assert changed != ip


@pytest.mark.parametrize("ip", ["00000000", "7f000001", "ffffffff", "00" * 15 + "01", ""])
def test_addresses_of_no_host_stay(ip):
    assert one.address(bytes.fromhex(ip)).hex() == ip


@pytest.mark.parametrize("value", [b"", b"\2", b"\2\1\1", b"\x0a\1", b"\1", b"\xff" * 40])
def test_short_and_strange_addresses_are_taken(value):
    assert len(one.sockaddr(value)) == len(one.socktuple(value)) == len(value)
