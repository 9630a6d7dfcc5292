"""A guarded file that is moved by a path past every guard: known by its first name all the same."""

import pytest

AT_FDCWD = -100
OTHER = "/tmp/x"


def opened(path):
    return ("openat<", 100, 5, AT_FDCWD, path, 1, 0, 0, 0, b"")


def moved(spelled, target=OTHER):
    return ("rename<", 100, 0, spelled, target)


def symlink(target, path):
    return ("symlink<", 100, 0, target, path)


WALKS = [
    pytest.param([moved("/proc/self/root/etc/shadow")], id="own-root"),
    pytest.param([moved("/proc/thread-self/root/proc/self/root/etc/shadow")], id="root-of-roots"),
    pytest.param([moved("/proc/100/root/etc/shadow")], id="root-by-number"),
    pytest.param([moved("/proc/self/task/100/root/etc/shadow")], id="root-of-a-thread"),
    pytest.param([("chdir<", 100, 0, "/etc"), moved("/proc/self/cwd/shadow")], id="own-directory"),
    pytest.param([moved("/proc/self/fd/7/shadow")], id="below-a-descriptor"),
    pytest.param([symlink("/etc", "/tmp/e"), moved("/tmp/e/shadow")], id="by-a-link"),
    pytest.param([symlink("../etc", "/tmp/e"), moved("/tmp/e/shadow")], id="by-a-relative-link"),
    pytest.param([symlink("/etc", "/tmp/e"), symlink("e", "/tmp/f"), moved("/tmp/f/shadow")], id="by-a-link-of-a-link"),
    pytest.param([symlink("/tmp", "/t"), symlink("/etc", "/t/e"), moved("/tmp/e/shadow")], id="a-link-made-by-a-link"),
    pytest.param([("symlinkat<", 100, 0, "/etc", 8, "e"), moved("/srv/e/shadow")], id="made-below-a-descriptor"),
    pytest.param([symlink("/tmp", "/t"), moved("/etc/shadow", "/t/x")], id="moved-by-a-link"),
    pytest.param([("linkat<", 100, 0, AT_FDCWD, "/proc/self/fd/6", AT_FDCWD, OTHER, 1024)], id="linked-by-a-descriptor"),
]


@pytest.fixture
def host(host):
    host.go(
        ("openat<", 100, 6, AT_FDCWD, "/etc/shadow", 1, 0, 0, 0, b""),
        ("openat<", 100, 7, AT_FDCWD, "/etc", 1024, 0, 0, 0, b""),
        ("openat<", 100, 8, AT_FDCWD, "/srv", 1024, 0, 0, 0, b""),
    )
    return host


@pytest.mark.parametrize("before", WALKS)
def test_the_first_name_is_known(host, before):
    host.go(*before, opened(OTHER))
    assert host.fd(100, 5).aliases == (b"/etc/shadow",)


ELSEWHERE = [
    pytest.param([moved("/proc/self/root")], id="the-link-itself"),
    pytest.param([symlink("/etc/shadow", "/tmp/s"), moved("/tmp/s")], id="a-link-is-renamed-itself"),
    pytest.param([("symlink<", 100, -17, "/etc", "/tmp/e"), moved("/tmp/e/shadow")], id="a-link-that-failed"),
    pytest.param([moved("/proc/999999/root/etc/shadow")], id="a-process-that-is-not-there"),
    pytest.param([moved("/proc/self/fd/99/shadow")], id="a-descriptor-that-is-not-there"),
    pytest.param([moved("/proc/self/fd/" + "9" * 40 + "/shadow")], id="no-number"),
]


@pytest.mark.parametrize("before", ELSEWHERE)
def test_what_is_no_way_stays_what_it_is(host, before):
    host.go(*before, opened(OTHER))
    assert host.fd(100, 5).aliases == (before[-1][3].encode(),)


def test_links_in_a_circle_end(host):
    host.go(symlink("/tmp/b", "/tmp/a"), symlink("/tmp/a", "/tmp/b"), moved("/tmp/a/shadow"), opened(OTHER))
    assert host.fd(100, 5).aliases is not None


def test_links_are_bounded(host):
    host.go(*[symlink("/etc", f"/tmp/{number}") for number in range(1100)])
    assert host.state.counters == {"symbolic links: the oldest forgotten": 1100 - 1024}
    host.go(moved("/tmp/1099/shadow"), opened(OTHER))
    assert host.fd(100, 5).aliases == (b"/etc/shadow",)
