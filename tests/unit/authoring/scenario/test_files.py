"""Calls on files and descriptors: what they leave in the event and in the process."""

import pytest

from firmer.authoring.scenario.descriptors import O_APPEND, O_CREAT, O_F_CREATED, O_RDONLY, O_TRUNC, O_WRONLY
from firmer.authoring.scenario.host import Host


@pytest.fixture
def sh():
    return Host().process("sh", cwd="/srv")


def last(process):
    return process.stage.calls[-1].values


OPENS = [
    ("r", O_RDONLY, 0),
    ("w", O_WRONLY | O_CREAT | O_TRUNC, 0o644),
    ("a", O_WRONLY | O_CREAT | O_APPEND, 0o644),
    ("x", O_WRONLY | O_CREAT | O_F_CREATED, 0o644),
]


@pytest.mark.parametrize(("mode", "flags", "permissions"), OPENS)
def test_open(mode, flags, permissions, sh):
    assert sh.open("file", mode) == 3
    assert (last(sh)["flags"], last(sh)["mode"], last(sh)["name"]) == (flags, permissions, "file")
    assert sh.fds[3].name == "/srv/file"


def test_a_failed_open_gives_no_descriptor(sh):
    assert sh.open("/etc/shadow", error="EACCES") == -13
    assert 3 not in sh.fds and last(sh)["fd"] == -13


@pytest.mark.parametrize(("mode", "changed"), [("r", False), ("w", True), ("x", True)])
def test_the_stage_knows_which_files_the_story_wrote(mode, changed, sh):
    sh.open("/tmp/x", mode)
    assert (("", "/tmp/x") in sh.stage.changed) is changed


def test_close_frees_the_number(sh):
    fd = sh.open("/a")
    sh.close(fd)
    assert sh.open("/b") == fd


def test_dup2_puts_one_in_the_other_s_place(sh):
    fd = sh.open("/a")
    sh.dup2(fd, 0)
    assert sh.fds[0].name == "/a"


def test_pipe_has_two_ends_of_one_inode(sh):
    reading, writing = sh.pipe()
    assert (reading, writing) == (3, 4)
    assert sh.fds[3].ino == sh.fds[4].ino


def test_long_data_is_cut_but_counted(sh):
    sh.write(1, "x" * 500)
    assert (last(sh)["res"], len(last(sh)["data"])) == (500, 80)


def test_a_renamed_file_is_still_the_story_s(sh):
    sh.write_file("/tmp/a", "x", "x")
    sh.rename("/tmp/a", "/tmp/b")
    assert list(sh.stage.changed) == [("", "/tmp/b")]


def test_chdir_moves(sh):
    sh.chdir("..")
    assert sh.cwd == "/"


@pytest.mark.parametrize(
    ("act", "name"),
    [
        (lambda sh: sh.chmod("x", 0o755), "fchmodat"),
        (lambda sh: sh.unlink("x"), "unlinkat"),
        (lambda sh: sh.mkdir("x"), "mkdir"),
        (lambda sh: sh.symlink("x", "y"), "symlink"),
        (lambda sh: sh.read(0, "x"), "read"),
    ],
)
def test_calls_that_change_nothing_here(act, name, sh):
    act(sh)
    assert sh.stage.calls[-1].name == name
