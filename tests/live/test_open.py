"""The open family: the path is the file's that was opened, whatever was asked for and however."""

import os
import struct
import subprocess

import pytest
from live.lowlevel import Low, call
from live.stage import text

OPEN, CREAT, OPENAT2, NAME_TO_HANDLE, OPEN_BY_HANDLE = 2, 85, 437, 303, 304
IA32 = {"open": 5, "creat": 8, "openat": 295, "openat2": 437}
DIRECTORY = 1024


def at(path):
    import ctypes as ct

    buffer = ct.create_string_buffer(os.fsencode(path))
    at.kept = buffer
    return ct.addressof(buffer)


SPELLINGS = {
    "relative": "real",
    "absolute": "{here}/real",
    "a symbolic link": "link",
    "a link of links": "link2",
    "dots": "./sub/../real",
    "slashes": "{here}//real",
    "through /proc/self/root": "/proc/self/root{here}/real",
    "through /proc/self/cwd": "/proc/self/cwd/real",
}


@pytest.fixture
def files(here):
    (here / "real").write_text("x")
    (here / "link").symlink_to("real")
    (here / "link2").symlink_to(here / "link")
    (here / "sub").mkdir()
    return here


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("how", ["open", "openat", "openat2", "creat", "open 32", "openat 32", "creat 32"])
def test_every_spelling_names_the_file(stage, files, spelling, how):
    path = spelling.format(here=files)

    def act():
        if how == "open":
            assert call(OPEN, at(path), os.O_RDWR) >= 0
        elif how == "openat":
            os.open(path, os.O_RDWR)
        elif how == "openat2":
            assert call(OPENAT2, -100, at(path), _how(os.O_RDWR), 24) >= 0
        elif how == "creat":
            assert call(CREAT, at(path), 0o640) >= 0
        else:
            low, name = Low(), how.split()[0]
            where = low.put(path.encode() + b"\0")
            arguments = {"open": (where, os.O_RDWR), "openat": (-100, where, os.O_RDWR), "creat": (where, 0o640)}[name]
            assert low.call(IA32[name], *arguments) >= 0

    kind = how.split()[0]
    found = stage.run(act, kind).of(kind)[-1]
    assert text(found.name) == f"{files}/real" and found.fd >= 0
    assert found.more == [b"" if path == f"{files}/real" else path.encode() + b"\0"]
    assert found.ino == os.stat("real").st_ino
    assert _kernel_dev(found.dev) == os.stat("real").st_dev
    if kind != "creat":
        assert found.flags & 3 == 3
    else:
        assert found.mode == 0o640


def _how(flags, mode=0, resolve=0):
    import ctypes as ct

    _how.kept = ct.create_string_buffer(struct.pack("<QQQ", flags, mode, resolve), 24)
    return ct.addressof(_how.kept)


def _kernel_dev(dev):
    return os.makedev(dev >> 8 & 0xFFF, dev & 0xFF | dev >> 12 & 0xFFF00)


FLAGS = {
    os.O_RDONLY: 1, os.O_WRONLY: 2, os.O_RDWR: 3, os.O_CREAT: 4, os.O_APPEND: 8, os.O_EXCL: 32, os.O_NONBLOCK: 64,
    os.O_TRUNC: 256, os.O_CLOEXEC: 4096, os.O_DIRECTORY: 1024, os.O_SYNC: 128 | 16, os.O_DSYNC: 16,
}  # fmt: skip


@pytest.mark.parametrize(("kernel", "portable"), FLAGS.items())
def test_flags_are_portable(stage, files, kernel, portable):
    def act():
        path = at("sub" if kernel == os.O_DIRECTORY else "new" if kernel == os.O_EXCL else "real")
        call(OPEN, path, kernel | (os.O_CREAT if kernel == os.O_EXCL else 0), 0o600)

    found = stage.run(act, "open").of("open")[-1]
    assert found.flags & ~(0x4000 | 0x8000 | 0x10000) == portable | (0 if kernel & 3 else 1) | (4 if kernel == os.O_EXCL else 0)


def test_created_and_temporary_files(stage, files):
    def act():
        os.open("made", os.O_CREAT | os.O_WRONLY, 0o640)
        os.open("made", os.O_CREAT | os.O_WRONLY, 0o640)
        os.open("sub", os.O_TMPFILE | os.O_RDWR, 0o600)
        os.open("made", os.O_RDONLY, 0o640)

    made, again, temporary, plain = stage.run(act, "openat").of("openat")
    assert [bool(event.flags & 0x4000) for event in (made, again)] == [True, False]
    assert (made.mode, again.mode, plain.mode) == (0o640, 0o640, 0)
    assert temporary.flags & 8192 and text(temporary.name).startswith(f"{files}/sub/#")


def test_a_failed_open_keeps_what_was_asked_for(stage, files):
    def act():
        for path in ("nosuch", "/also/missing"):
            with pytest.raises(FileNotFoundError):
                os.open(path, 0)

    first, second = stage.run(act, "openat").of("openat")
    assert (first.fd, text(first.name), first.more) == (-2, "nosuch", [])
    assert (second.fd, text(second.name), second.ino) == (-2, "/also/missing", 0)


def test_an_unreadable_name_is_absent_and_counted(stage, here):
    before = sum(count.unread for count in stage.probe.counters())
    found = stage.run(lambda: call(257, -100, 8, 0), "openat").one("openat")
    assert (found.fd, found.name) == (-14, b"")
    assert sum(count.unread for count in stage.probe.counters()) == before + 1


def test_by_handle(stage, files):
    def act():
        import ctypes as ct

        handle = ct.create_string_buffer(struct.pack("<Ii", 128, 0) + bytes(128), 136)
        mount = ct.c_int()
        result = call(NAME_TO_HANDLE, -100, at("real"), ct.addressof(handle), ct.addressof(mount), 0)
        if result == -95:
            os._exit(77)  # not on this filesystem
        directory = os.open(".", os.O_RDONLY)
        assert call(OPEN_BY_HANDLE, directory, ct.addressof(handle), os.O_RDONLY) >= 0

    seen = stage.run(act, "open_by_handle_at", status=None)
    if seen.status == 77:
        pytest.skip("no file handles on this filesystem")
    found = seen.one("open_by_handle_at")
    assert text(found.path) == f"{files}/real" and found.flags == 1 and found.ino == os.stat("real").st_ino


@pytest.mark.parametrize(("parts", "whole"), [(["n" * 200] * 15, True), (["q"] * 60, True), (["q"] * 90, False)])
def test_long_paths(stage, here, parts, whole):
    folder = here.joinpath(*parts)
    folder.mkdir(parents=True)
    (folder / "leaf").touch()
    found = stage.run(lambda: os.open(folder / "leaf", 0), "openat").of("openat")[-1]
    got = text(found.name)
    assert got == str(folder / "leaf") if whole else got.endswith("/q/q/leaf") and got != str(folder / "leaf")


def test_a_bind_mount_is_part_of_the_path(stage, files):
    (files / "mnt").mkdir()
    command = "mount --bind sub mnt && echo 1 > mnt/f && cat mnt/f"
    seen = stage.run(["unshare", "-m", "sh", "-c", command], "openat", status=None)
    if seen.status:
        pytest.skip("no mount namespaces")
    assert f"{files}/mnt/f" in [text(event.name) for event in seen.of("openat")]


def test_a_changed_root_is_the_paths_root(stage, files):
    def act():
        os.chroot(files)
        os.open("/real", 0)

    assert text(stage.run(act, "openat").of("openat")[-1].name) == "/real"


def test_layers_of_an_overlay(stage, here):
    command = (
        "mkdir l m t && echo 1 > l/low && mount -t tmpfs t t && mkdir t/u t/w"
        " && mount -t overlay o -o lowerdir=l,upperdir=t/u,workdir=t/w m && echo 1 > m/up && exec cat m/low m/up"
    )
    seen = stage.run(["unshare", "-m", "sh", "-c", command], "openat", status=None)
    if seen.status:
        pytest.skip("no overlay filesystem")
    last = {text(event.name).rsplit("/", 1)[-1]: event.flags & 0x18000 for event in seen.of("openat")}
    assert (last["low"], last["up"]) == (0x10000, 0x8000)


def test_a_racing_writer_never_makes_the_path_wrong(stage, here, target):
    for name in ("fileA", "fileB"):
        (here / name).touch()
    out = here / "out"

    def act():
        os.dup2(os.open(out, os.O_CREAT | os.O_WRONLY), 1)
        os.execv(target, [target, "race", str(here / "fileA"), str(here / "fileB"), "100000"])

    seen = stage.run(act, "openat")
    opened, first = map(int, out.read_text().split())
    names = [text(event.name) for event in seen.of("openat") if event.fd >= 0 and text(event.name).startswith(f"{here}/file")]
    assert (len(names), names.count(f"{here}/fileA")) == (opened, first) and opened > 50_000


def test_a_descriptor_from_memory(stage):
    """A file that was never in any folder, opened again through /proc."""

    def act():
        fd = os.memfd_create("x")
        os.open(f"/proc/self/fd/{fd}", os.O_RDWR)

    assert text(stage.run(act, "openat").of("openat")[-1].name) == "/memfd:x"


def test_a_pipe_opened_again(stage):
    def act():
        reader, _ = os.pipe()
        os.open(f"/proc/self/fd/{reader}", os.O_RDONLY)

    assert text(stage.run(act, "openat").of("openat")[-1].name).startswith("pipe:[")


def test_commands_of_the_system_are_seen_too(stage, files):
    """One that we did not write: what strace would show of it."""
    seen = stage.run(["cat", "link"], "openat")
    assert f"{files}/real" in [text(event.name) for event in seen.of("openat")]
    assert subprocess.run(["cat", "link"], capture_output=True, text=True).stdout == "x"


def test_the_other_name_of_a_file_is_told(stage, here):
    """A hard link that was made before anybody looked."""
    (here / "first").touch()
    os.link(here / "first", here / "second")
    found = stage.run(lambda: os.open(here / "second", os.O_RDONLY), "openat").one("openat")
    assert (text(found.name), found.more) == (f"{here}/second", [b"\0\2" + os.fsencode(here / "first") + b"\0"])


def test_a_file_of_one_name_has_no_other(stage, here):
    (here / "only").touch()
    assert stage.run(lambda: os.open(here / "only", os.O_RDONLY), "openat").one("openat").more == [b""]
