"""A ring that is far too small: what is lost is counted, told, and made good."""

import os
import subprocess
import sys

import pytest
from live.crowd import follow
from live.stage import lacking

from firmer.capture.reader import Reader
from firmer.detect.recorder import Recorder
from firmer.detect.rotation import Pieces
from firmer.events.section import Section
from firmer.live.probe import Options, Probe

DROP = 148
SECONDS = "4"
FIRMER = [sys.executable, "-c", "import sys; from firmer.ui.cli.main import main; main()"]


@pytest.fixture(scope="module")
def lossy(target, tmp_path_factory):
    """(what became of the run, its recording)"""
    reason = lacking()
    if reason:
        pytest.skip(reason)
    path = tmp_path_factory.mktemp("lossy") / "a.scap"
    recorder = Recorder(Pieces(str(path), enters=True))
    recorder.begin_capture(None)
    with Probe.start(Options(events=16 << 10)) as probe:
        run = follow(probe, [target, "pipes", str(os.cpu_count()), SECONDS], [recorder], everything=True)
    recorder.finish()
    return run, str(path)


def test_it_is_counted_to_the_last_event(lossy):
    run, _ = lossy
    total = run.source.account.total()
    assert total.dropped > 0
    assert run.source.account.missing() == 0
    assert run.source.lost == total.dropped


def test_the_state_is_made_good_by_another_scan(lossy):
    run, _ = lossy
    assert run.source.scans > 1


def test_the_recording_tells_it(lossy):
    run, path = lossy
    with Reader(path) as reader:
        steps = list(reader.steps())
    drops = [int.from_bytes(step.raw_bytes(0), "little") for step in steps if not isinstance(step, Section) and step.type == DROP]
    assert sum(drops) == run.source.lost
    assert sum(isinstance(step, Section) for step in steps) == run.source.scans + (run.source.looked_back > 0)


def test_sysdig_opens_it(lossy, sysdig):
    _, path = lossy
    ours = subprocess.run(
        [*FIRMER, "dig", "-r", path, "-p", "%evt.type %evt.dir %thread.tid %fd.name"], capture_output=True, check=True
    ).stdout
    theirs = subprocess.run([sysdig, "-r", path, "-p", "%evt.type %evt.dir %thread.tid %fd.name"], capture_output=True, check=True).stdout
    assert ours == theirs
