"""Opening files: names, kinds and flags of the new descriptor."""

import pytest

O_DIRECTORY, AT_FDCWD = 1 << 10, -100

# call, values of the exit event, name of the new descriptor, its kind
OPENS = [
    pytest.param("open", (5, "/etc/passwd", 1, 0, 8, 9), b"/etc/passwd", 1, id="absolute"),
    pytest.param("open", (5, "../x/./y//z/", 1, 0, 0, 0), b"/x/y/z", 1, id="relative-to-cwd"),
    pytest.param("open", (5, "/tmp", 1 | O_DIRECTORY, 0, 0, 0), b"/tmp", 2, id="directory"),
    pytest.param("creat", (5, "new", 0o600, 0, 0, 0), b"/home/new", 1, id="creat"),
    pytest.param("openat", (5, 4, "f", 1, 0, 0, 0), b"/srv/data/f", 1, id="below-a-directory"),
    pytest.param("openat", (5, AT_FDCWD, "f", 1, 0, 0, 0), b"/home/f", 1, id="at-cwd"),
    pytest.param("openat", (5, 99, "f", 1, 0, 0, 0), b"<UNKNOWN>f", 1, id="below-an-unknown-directory"),
    pytest.param("openat", (5, 99, "/f", 1, 0, 0, 0), b"/f", 1, id="absolute-needs-no-directory"),
    pytest.param("openat2", (5, 4, "g", 1, 0, 0, 0, 0), b"/srv/data/g", 1, id="openat2"),
    pytest.param("open_by_handle_at", (5, 3, 1, "/h/file", 0, 0), b"/h/file", 1, id="by-handle"),
]


@pytest.mark.parametrize(("call", "values", "name", "kind"), OPENS)
def test_open_adds_a_named_descriptor(host, call, values, name, kind):
    host.go((call + "<", 100, *values))
    assert (host.name(100, 5), host.fd(100, 5).type) == (name, kind)
    assert host.state.fd_num == 5 and host.state.fd.name == name


def test_failed_open_adds_nothing(any_host):
    any_host.go(("open>", 100), ("open<", 100, -2, "/nope", 1, 0))
    assert any_host.state.fd is None and any_host.fd(100, -2) is None


def test_old_exit_takes_name_and_directory_from_its_enter_event(any_host):
    any_host.go((102, 100, 4, "old", 1, 0), (103, 100, 6))
    assert any_host.name(100, 6) == b"/srv/data/old"


def test_old_exit_without_enter_event_does_not_invent_a_name(sysdig_host):
    sysdig_host.go((103, 100, 6))
    assert sysdig_host.fd(100, 6) is None


def test_name_of_the_enter_event_wins(host):
    host.go((2, 100, "/real", 1, 0), ("open<", 100, 5, "/swapped", 1 | 1 << 14, 0, 0, 0))
    assert host.name(100, 5) == b"/real" and host.fd(100, 5).open_flags & 1 << 14


def test_name_that_could_not_be_read_at_entry_does_not_win(host):
    host.go((2, 100, "<NA>", 1, 0), ("open<", 100, 5, "/kept", 1, 0, 0, 0))
    assert host.name(100, 5) == b"/kept"


def test_device_inode_and_layer_are_kept(host):
    host.go(("openat<", 100, 5, AT_FDCWD, "/f", 1 | 1 << 15, 0, 0x801, 4711))
    fd = host.fd(100, 5)
    assert (fd.dev, fd.ino, fd.flags & 128) == (0x801, 4711, 128)


SPELLINGS = [
    pytest.param("/proc/self/root/etc/shadow", b"/proc/self/root/etc/shadow", id="absolute"),
    pytest.param("../etc/shadow", None, id="the-same-when-joined"),
    pytest.param("link", b"/home/link", id="relative"),
    pytest.param(b"", None, id="the-same"),
]


@pytest.mark.parametrize(("spelling", "claim"), SPELLINGS)
def test_the_kernels_path_is_the_name_and_the_callers_spelling_stays_beside_it(any_host, spelling, claim):
    any_host.go(("openat>", 100, AT_FDCWD, spelling, 1, 0), ("openat<", 100, 5, AT_FDCWD, "/etc/shadow", 1, 0, 0, 0, spelling or None))
    fd = any_host.fd(100, 5)
    assert (fd.name, fd.claim, bool(fd.flags & 1024)) == (b"/etc/shadow", claim, True)


def test_without_a_spelling_nothing_is_known_of_the_kernels_path(host):
    host.go(("openat<", 100, 5, AT_FDCWD, "/etc/shadow", 1, 0, 0, 0))
    assert (host.fd(100, 5).claim, host.fd(100, 5).flags & 1024) == (None, 0)


def test_memfd_is_named_as_asked(host):
    host.go(("memfd_create<", 100, 5, "payload", 1))
    assert (host.name(100, 5), host.fd(100, 5).type) == (b"payload", 20)


def test_a_thread_opens_into_its_process(any_host):
    any_host.go(("open>", 101), ("open<", 101, 9, "/a", 1, 0))
    assert any_host.name(100, 9) == any_host.name(101, 9) == b"/a"


def test_0_29_3_steps_over_the_spelling(strict_host):
    strict_host.go(("openat>", 100, AT_FDCWD, "/lib/x", 1, 0), ("openat<", 100, 5, AT_FDCWD, "/usr/lib/x", 1, 0, 0, 0, "/lib/x"))
    assert strict_host.name(100, 5) == b"/lib/x"
