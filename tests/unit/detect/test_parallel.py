"""Work in processes of its own: output in order, failures named, nothing left behind."""

import io
import os
import signal
import time

import pytest

from firmer.detect.parallel import in_processes


def shout(path, out):
    if path == "slow":
        time.sleep(0.1)
    out.write(path.upper().encode())
    return path[::-1].encode()


@pytest.mark.parametrize("jobs", [1, 2, 9])
def test_output_and_answers_come_in_order(jobs):
    out = io.BytesIO()
    answers = list(in_processes(["slow", "b", "c"], shout, out, jobs))
    assert out.getvalue() == b"SLOWBC"
    assert answers == [("slow", b"wols", ""), ("b", b"b", ""), ("c", b"c", "")]


def die(path, out):
    out.write(b"before ")
    out.flush()
    if path == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if path == "failed":
        raise RuntimeError("why it failed")
    return b"fine"


def test_a_process_that_ends_early_is_named_and_the_others_go_on(capfd):
    out = io.BytesIO()
    failures = {path: failure for path, _, failure in in_processes(["killed", "failed", "fine"], die, out, 2)}
    assert "SIGKILL" in failures["killed"] and "status 1" in failures["failed"] and failures["fine"] == ""
    assert out.getvalue() == b"before before before "
    assert "RuntimeError: why it failed" in capfd.readouterr().err


def test_leaving_early_stops_those_that_run(tmp_path):
    def work(path, out):
        (tmp_path / path).write_text(str(os.getpid()))
        if path != "first":
            time.sleep(60)
        return b""

    started = time.monotonic()
    answers = in_processes(["first", "second", "third"], work, io.BytesIO(), 3)
    next(answers)
    while not ((tmp_path / "third").exists() and (tmp_path / "third").read_text()):
        time.sleep(0.01)
    answers.close()
    assert time.monotonic() - started < 30
    for path in ("second", "third"):
        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / path).read_text()), 0)


def test_a_reader_that_has_enough_stops_all():
    class Closed(io.BytesIO):
        def write(self, data):
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        list(in_processes(["a", "b"], shout, Closed(), 2))
