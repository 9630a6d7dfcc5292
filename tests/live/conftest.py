"""One probe for all live tests; a reason where it cannot be had."""

import io
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

import pytest
from live.lowlevel import IoUring
from live.stage import Stage, lacking

from firmer.detect import live
from firmer.detect.dig import Dig
from firmer.live.probe import Options, Probe
from firmer.live.session import listen


@pytest.fixture(scope="session")
def probe():
    reason = lacking()
    if reason:
        pytest.skip(reason)
    with Probe.start(Options(events=64 << 20, life=32 << 20)) as started:
        yield started


@pytest.fixture(scope="session")
def stage(probe):
    return Stage(probe)


@pytest.fixture(scope="session")
def target(tmp_path_factory):
    """The compiled program beside this file: what Python is too slow or too high for."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler")
    path = tmp_path_factory.mktemp("target") / "target"
    subprocess.run([compiler, "-O2", "-pthread", "-o", path, Path(__file__).with_name("target.c")], check=True)
    return str(path)


@pytest.fixture(scope="session")
def uring(probe):
    if "attached:io_uring_complete" not in probe.descriptors:
        pytest.skip("this kernel's io_uring tracepoints name no request")
    try:
        os.close(IoUring().fd)
    except OSError as error:
        pytest.skip(f"io_uring: {error}")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The working directory is an empty one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def caller(tmp_path_factory):
    """The compiled program that makes the calls of a script."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler")
    path = tmp_path_factory.mktemp("caller") / "caller"
    subprocess.run([compiler, "-O1", "-Wall", "-Werror", "-mno-red-zone", "-o", path, Path(__file__).with_name("caller.c")], check=True)
    return path


@pytest.fixture
def dig_child(monkeypatch):
    """Runs dig on a child that waits for a line, from before its first act until it has ended; gives what was printed."""
    reason = lacking()
    if reason:
        pytest.skip(reason)

    def run(child, line, **options):
        def act(source):
            while not source.scans:  # so that the host is read before the child's first act
                time.sleep(0.01)
            child.communicate(b"\n", timeout=60)
            time.sleep(0.2)  # the last thread's exit is told a moment after the parent may know
            source.stop()

        def listening(*args):
            source = listen(*args)
            threading.Thread(target=act, args=(source,), daemon=True).start()
            return source

        monkeypatch.setattr(live, "listen", listening)
        out = io.BytesIO()
        try:
            assert Dig(line, pid=child.pid, **options).run((), out) == 0
        finally:
            child.kill()
        return out.getvalue().decode("utf-8", "replace")

    return run
