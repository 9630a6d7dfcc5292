"""Files that others chose are looked at without leaving their root and without waiting."""

import errno
import os
import socket

import pytest

from firmer.live.files import dev_number, facts, open_below


@pytest.fixture
def root(tmp_path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "passwd").write_bytes(b"inside")
    fd = os.open(tmp_path, os.O_PATH | os.O_DIRECTORY)
    yield fd
    os.close(fd)


def content(root, name):
    fd = open_below(root, name)
    try:
        return os.read(fd, 100)
    finally:
        os.close(fd)


def test_a_plain_file_is_read(root):
    assert content(root, b"etc/passwd") == b"inside"


@pytest.mark.parametrize("target", ["/etc/passwd", "../../../../../../etc/passwd", "passwd", "../../etc/./passwd"])
def test_links_lead_nowhere_out_of_the_root(root, tmp_path, target):
    (tmp_path / "etc" / "link").symlink_to(target)
    assert content(root, b"etc/link") == b"inside"


def fifo(path):
    os.mkfifo(path)


def unix_socket(path):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (fifo, errno.EINVAL),
        (unix_socket, errno.EINVAL),
        (os.mkdir, errno.EINVAL),
        (lambda path: os.symlink("link", path), errno.ELOOP),
        (lambda path: os.symlink("/proc/self/root", path), errno.ENOENT),
        (lambda path: None, errno.ENOENT),
    ],
    ids=["fifo", "socket", "directory", "loop", "magic", "absent"],
)
def test_what_is_no_plain_file_is_not_opened(root, tmp_path, make, reason):
    make(tmp_path / "link")
    with pytest.raises(OSError) as error:
        open_below(root, b"link")
    assert error.value.errno == reason


def test_no_other_file_system_is_entered():
    root = os.open("/", os.O_PATH | os.O_DIRECTORY)
    try:
        with pytest.raises(OSError) as error:
            open_below(root, b"proc/version")
        assert error.value.errno == errno.EXDEV
    finally:
        os.close(root)


def test_facts_are_those_of_stat(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x")
    path.chmod(0o640)
    fd, told = os.open(path, os.O_RDONLY), os.stat(path)
    try:
        expected = (told.st_mode, told.st_ino, dev_number(os.major(told.st_dev), os.minor(told.st_dev)), told.st_uid, told.st_gid, 1)
        assert facts(fd, b"")[:6] == expected
        assert facts(fd, b"")[6:] == (told.st_ctime_ns, told.st_mtime_ns)
    finally:
        os.close(fd)


@pytest.mark.parametrize(("major", "minor"), [(0, 6), (8, 1), (254, 0), (0, 300), (253, 70000)])
def test_device_numbers_are_those_of_captures(major, minor):
    assert dev_number(major, minor) == (minor & 0xFF) | (major << 8) | ((minor & ~0xFF) << 12) & 0xFFFFFFFF
