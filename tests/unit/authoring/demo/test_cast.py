"""The parts of the cast that can be played anywhere; the whole is played in tests/live/test_demo.py."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from firmer.authoring.demo import cast


def test_carry_takes_everything():
    source, feed = os.pipe()
    out, target = os.pipe()
    os.write(feed, b"hello")
    os.close(feed)
    cast.carry(source, target)
    assert os.read(out, 100) == b"hello"
    for number in (source, out, target):
        os.close(number)


def test_a_child_that_comes_back_has_failed():
    assert os.waitstatus_to_exitcode(os.waitpid(cast.child(lambda: None), 0)[1]) == 1


def test_run_waits():
    cast.run("true")
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_the_program_s_name_is_the_role(tmp_path):
    (tmp_path / "logrotate").write_text(f"#!{sys.executable}\n" + Path(cast.__file__).read_text())
    (tmp_path / "logrotate").chmod(0o755)
    result = subprocess.run([tmp_path / "logrotate", tmp_path / "none.conf"], capture_output=True, text=True)
    assert "none.conf" in result.stderr and result.returncode == 1
