"""One plain rule about one file, and every way round its name that we know: it sees them all."""

import subprocess
import sys
import time

import pytest
from live import evasions
from live.stage import TIME_LIMIT, lacking
from rulefiles import rule

from firmer.detect.pipeline import Pipeline
from firmer.live.session import Watch, listen
from firmer.rules.load import load_rules
from firmer.state.state import State

THROUGH_A_RING = {"io_uring", "silenturing", "silentworker", "silentpolled"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """What each way said of itself, and all alerts."""
    reason = lacking()
    if reason:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("evasions")
    guarded = folder / "guarded" / "file"
    guarded.parent.mkdir()
    guarded.write_text("guarded")
    (folder / "r.yaml").write_text(
        rule(f"evt.type in (open, openat, openat2, open_by_handle_at) and fd.num >= 0 and fd.name = {guarded}").replace(
            "output: o", 'output: "%proc.name %proc.pname %fd.name"'
        )
    )
    rules = load_rules([str(folder / "r.yaml")])
    child = subprocess.Popen(
        [sys.executable, evasions.__file__, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": "/usr/bin:/bin"},
    )
    alerts = []
    rules.sink = alerts.append
    with listen(rules.wanted, Watch(pid=child.pid)) as source:
        rings = "attached:io_uring_complete" in source.probe.descriptors  # not before 6.0
        deadline = time.monotonic() + TIME_LIMIT

        def tick():
            if source.scans and not child.stdin.closed:  # what comes before the scan has read a process is in its state, not in an alert
                child.stdin.close()
            if child.poll() is not None or time.monotonic() > deadline:
                source.stop()

        Pipeline(source, State("falco"), [rules], None, tick).run()
    child.stdin.close()
    with child:
        lines = child.stdout.read()
    said = dict(line.split(" ", 1) for line in lines.splitlines())
    return said, alerts, rings


@pytest.mark.parametrize("name", evasions.NAMES)
def test_a_way_round_the_name_is_seen(run, name):
    said, alerts, rings = run
    if name in THROUGH_A_RING and not rings:
        pytest.skip("this kernel's io_uring tracepoints name no request")
    if said[name].startswith("skipped"):
        pytest.skip(said[name])
    assert said[name] == "ok"
    assert [alert for alert in alerts if f"ev-{name}"[:15] in alert.output], "no alert"
