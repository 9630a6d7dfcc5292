"""Files by the names that they had elsewhere: whatever is done to a guarded file first, opening it is seen by its guarded name."""

import pytest

AT_FDCWD, MS_BIND, UPPER = -100, 4096, 1 << 15
GUARDED, OTHER = "/etc/shadow", "/tmp/x"


def opened(path, *spelling, flags=1):
    return ("openat<", 100, 5, AT_FDCWD, path, flags, 0, 0, 0, *(spelling or (b"",)))


def mounted(dev, where, kind, flags, options=None):
    return ("mount<", 100, 0, dev, where, kind, flags, *([options] if options else []))


OVERLAY = mounted("overlay", "/tmp/m", "overlay", 0, "ro,lowerdir=/etc:/usr,upperdir=/tmp/up,workdir=/tmp/w")
ALIASES = [
    pytest.param([("rename<", 100, 0, GUARDED, OTHER)], OTHER, b"/etc/shadow", id="renamed"),
    pytest.param([("renameat<", 100, 0, AT_FDCWD, GUARDED, AT_FDCWD, "x")], "/home/x", b"/etc/shadow", id="renamed-relative"),
    pytest.param([("renameat2<", 100, 0, 4, "f", AT_FDCWD, OTHER, 0)], OTHER, b"/srv/data/f", id="renamed-below-a-directory"),
    pytest.param([("rename<", 100, 0, GUARDED, "/a"), ("rename<", 100, 0, "/a", "/b")], "/b", b"/etc/shadow", id="renamed-twice"),
    pytest.param([("rename<", 100, 0, GUARDED, "/a"), ("rename<", 100, 0, "/a", GUARDED)], GUARDED, None, id="renamed-and-back"),
    pytest.param([("rename<", 100, 0, "/etc", "/tmp/e")], "/tmp/e/shadow", b"/etc/shadow", id="folder-renamed"),
    pytest.param([("rename<", 100, -1, GUARDED, OTHER)], OTHER, None, id="not-renamed"),
    pytest.param([("link<", 100, 0, GUARDED, OTHER)], OTHER, b"/etc/shadow", id="hard-link"),
    pytest.param([("linkat<", 100, 0, AT_FDCWD, GUARDED, AT_FDCWD, "x", 0)], "/home/x", b"/etc/shadow", id="hard-link-relative"),
    pytest.param([("linkat<", 100, 0, AT_FDCWD, GUARDED, AT_FDCWD, OTHER, 0)], GUARDED, None, id="the-first-of-two-links"),
    pytest.param([mounted("/etc", "/tmp/m", "none", MS_BIND)], "/tmp/m/shadow", b"/etc/shadow", id="bind-mount"),
    pytest.param([mounted("/dev/sda", "/tmp/m", "ext4", 0)], "/tmp/m/shadow", None, id="another-mount"),
    pytest.param([OVERLAY], "/tmp/m/shadow", b"/etc/shadow", id="overlay"),
    pytest.param([("chroot<", 100, 0, "/etc")], "/shadow", b"/etc/shadow", id="changed-root"),
    pytest.param([("chroot<", 100, 0, "/etc"), ("rename<", 100, 0, "/shadow", "/x")], "/x", b"/etc/shadow", id="changed-root-and-renamed"),
]


@pytest.mark.parametrize(("before", "path", "alias"), ALIASES)
def test_a_file_is_known_by_its_other_name(host, before, path, alias):
    host.go(*before, opened(path))
    assert (host.fd(100, 5).name, host.fd(100, 5).aliases) == (path.encode(), alias and (alias,))


def test_what_was_written_to_an_overlay_lies_in_its_upper_layer(host):
    host.go(OVERLAY, opened("/tmp/m/shadow", flags=1 | UPPER))
    assert host.fd(100, 5).aliases == (b"/tmp/up/shadow",)


def test_captures_of_other_writers_stay_as_falco_reads_them(host):
    host.go(("rename<", 100, 0, GUARDED, OTHER), ("openat<", 100, 5, AT_FDCWD, OTHER, 1, 0, 0, 0))
    assert host.fd(100, 5).aliases is None


def test_names_are_bounded(host):
    host.go(*[("link<", 100, 0, f"/etc/{number}", f"/tmp/{number}") for number in range(1100)])
    assert host.state.counters == {"other names of files: the oldest forgotten": 1100 - 1024}
    host.go(opened("/tmp/0"))
    assert host.fd(100, 5).aliases is None
    host.go(opened("/tmp/1099"))
    assert host.fd(100, 5).aliases == (b"/etc/1099",)
    host.go(("link<", 100, 0, "/etc", "/tmp/deep"), opened("/tmp/deep" + "/a" * 400))
    assert host.fd(100, 5).aliases is None


TOLD = [
    pytest.param(b"\0\2/etc/shadow\0", (b"/etc/shadow",), id="elsewhere"),
    pytest.param(b"link\0\2/etc/shadow\0/opt/hard\0", (b"/etc/shadow", b"/opt/hard"), id="and-linked"),
    pytest.param(b"\0\2" + OTHER.encode() + b"\0", None, id="the-same"),
    pytest.param(b"\0\2\0", None, id="nowhere"),
    pytest.param(b"\0\2", None, id="cut"),
    pytest.param(b"\0\2/a\0/b\0/c\0/d\0", (b"/a", b"/b"), id="more-than-there-are"),
]


@pytest.mark.parametrize(("addition", "aliases"), TOLD)
def test_the_kernel_tells_other_names(host, addition, aliases):
    host.go(("openat<", 100, 5, AT_FDCWD, OTHER, 1, 0, 0, 0, addition))
    assert host.fd(100, 5).aliases == aliases


def test_what_the_kernel_tells_may_have_been_renamed(host):
    host.go(("rename<", 100, 0, GUARDED, "/etc/x"), ("openat<", 100, 5, AT_FDCWD, OTHER, 1, 0, 0, 0, b"\0\2/etc/x\0"))
    assert host.fd(100, 5).aliases == (b"/etc/shadow",)
