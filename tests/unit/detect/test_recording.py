"""`dig -w` from captures to files: several in order, signals, a full disk."""

import os
import signal
import subprocess
import sys
import time

import pytest
from recordings import LINE, lines, story

from firmer.detect.dig import Dig


@pytest.fixture
def capture(tmp_path):
    path = tmp_path / "in.scap"
    path.write_bytes(story())
    return str(path)


def test_several_captures_go_into_one_in_order(capture, tmp_path):
    out = tmp_path / "out"
    assert Dig(LINE, write=str(out)).run([capture, capture], sys.stdout.buffer) == 0
    assert lines(out) == 2 * lines(capture)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_completes_the_file(capture, tmp_path, number):
    out = tmp_path / "out"
    line = "import sys; from firmer.ui.cli.main import main; sys.argv[1:] = ['dig', '-r', '-', '-w', sys.argv[1], '-z']; main()"
    with subprocess.Popen([sys.executable, "-c", line, str(out)], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        child.stdin.write(story())
        child.stdin.flush()
        deadline = time.monotonic() + 20
        while not out.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.2)
        os.kill(child.pid, number)
        assert child.wait(20) == 0
    assert lines(out) == lines(capture)


def test_a_full_disk_is_told_and_what_fits_can_be_read(capture):
    with pytest.raises(OSError, match="No space left on device; what was written before can be read") as told:
        Dig(LINE, write="/dev/full").run([capture], sys.stdout.buffer)
    assert told.value.filename == "/dev/full"
