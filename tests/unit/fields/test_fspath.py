"""fs.path.*: the paths that calls work on."""

import pytest

NAMES = [
    pytest.param(("mkdir<", 100, 0, "./x", 0), "/home/x", "./x", id="relative"),
    pytest.param(("mkdir<", 100, 0, "/a/../x", 0), "/x", "/a/../x", id="absolute"),
    pytest.param(("mkdir<", 100, -13, "x", 0), None, None, id="failed"),
    pytest.param(("mkdir<", 100, 0, None, 0), None, None, id="absent"),
    pytest.param(("unlinkat<", 100, 0, 4, "x", 0), "/srv/data/x", "x", id="below-a-directory"),
    pytest.param(("unlinkat<", 100, 0, -100, "x", 0), "<UNKNOWN>x", "x", id="below-cwd"),
    pytest.param(("fchmod<", 100, 0, 3, 0), "/etc/hosts", "/etc/hosts", id="descriptor"),
    pytest.param(("fchmod<", 100, 0, 77, 0), None, None, id="unknown-descriptor"),
    pytest.param(("openat<", 100, 5, -100, "x", 1, 0, 0, 0), "/home/x", "x", id="openat"),
    pytest.param(("openat<", 100, -2, -100, "x", 1, 0, 0, 0), None, None, id="openat-failed"),
    pytest.param(("open<", 100, 5, "x", 1, 0, 0, 0), "/home/x", "x", id="open"),
    pytest.param(("umount2<", 100, 0, "/mnt", 0), "/mnt", "/mnt", id="umount2"),
    pytest.param(("close<", 100, 0, 3), None, None, id="no-path"),
]


@pytest.mark.parametrize(("event", "resolved", "raw"), NAMES)
def test_name(ask, event, resolved, raw):
    assert (ask("fs.path.name", event), ask("fs.path.nameraw", event)) == (resolved, raw)


PAIRS = [
    pytest.param(("rename<", 100, 0, "a", "/b"), "/home/a", "a", "/b", "/b", id="rename"),
    pytest.param(("renameat2<", 100, 0, -100, "a", 4, "b", 0), "/home/a", "a", "/srv/data/b", "b", id="renameat2"),
    pytest.param(("link<", 100, 0, "old", "new"), "/home/new", "new", "/home/old", "old", id="link"),
    pytest.param(("linkat<", 100, 0, 4, "old", -100, "new", 0), "<UNKNOWN>new", "new", "/srv/data/old", "old", id="linkat"),
    pytest.param(("symlink<", 100, 0, "/etc/passwd", "l"), "/home/l", "l", "/etc/passwd", "/etc/passwd", id="symlink"),
    pytest.param(("mount<", 100, 0, "/dev/sda", "/mnt", "ext4", 0), "/dev/sda", "/dev/sda", "/mnt", "/mnt", id="mount"),
    pytest.param(("rename<", 100, -2, "a", "b"), None, None, None, None, id="failed"),
]


@pytest.mark.parametrize(("event", "source", "sourceraw", "target", "targetraw"), PAIRS)
def test_pairs(ask, event, source, sourceraw, target, targetraw):
    got = [ask(f"fs.path.{name}", event) for name in ("source", "sourceraw", "target", "targetraw")]
    assert got == [source, sourceraw, target, targetraw]
