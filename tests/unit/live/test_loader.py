"""What the loader does without a kernel: putting the text together, naming what it needs."""

import json
import socket
import subprocess

import pytest

from firmer.live import loader
from firmer.live.probe import HERE, PYTHON, probe_folder


def test_the_text_has_every_file_once_headers_first():
    text, calls, steps = loader.source(probe_folder())
    files = [line.split('"')[1] for line in text.splitlines() if line.startswith("#line 1 ")]
    assert files[:3] == ["events.h", "regs.h", "scap.h"]
    assert sorted(files) == sorted(path.name for path in probe_folder().iterdir() if path.suffix in {".c", ".h"})
    assert len(calls) == len(set(calls)) and {"openat", "generic", "close"} <= set(calls) and "open" in steps


def test_files_stay_small():
    long = [path.name for path in probe_folder().glob("*.[ch]") if path.name != "events.h" and path.read_text().count("\n") > 400]
    assert not long


@pytest.mark.parametrize("machine", ["riscv64", "i686"])
def test_another_processor_is_refused_by_name(monkeypatch, machine):
    monkeypatch.setattr(loader.platform, "machine", lambda: machine)
    with pytest.raises(loader.Refused, match=machine):
        loader.options(None, probe_folder(), {})


def test_descriptors_go_over_in_batches():
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    names = {f"call:{k}": its.fileno() for k in range(loader.BATCH + 3)}
    loader.hand_over(its, names, {"cpus": 2})
    got, last = [], {}
    while "ready" not in last:
        message, numbers, _, _ = socket.recv_fds(ours, 1 << 20, 253)
        last = json.loads(message)
        assert len(last.get("names", [])) == len(numbers)
        got += zip(last.get("names", []), numbers, strict=True)
    for _, number in got:
        socket.close(number)
    ours.close()
    its.close()
    assert [name for name, _ in got] == list(names) and last == {"ready": {"cpus": 2}}


def test_runs_isolated_without_our_package():
    """`-I` and a folder of two modules must do: a broken import shows as a missing argument's error instead."""
    ended = subprocess.run([PYTHON, "-I", str(HERE / "loader.py")], capture_output=True, text=True)
    assert "IndexError" in ended.stderr
