"""Real sysdig reads a dump of what happened around an alert as it reads the whole capture there."""

import subprocess

import pytest
from conftest import SHARED

from firmer.detect.context import Window
from firmer.detect.replay import ContextOptions, replay
from firmer.rules.load import load_rules

# one compressed capture of containers, old layouts, one of today's
CAPTURES = ["edited_ssh.scap", "falco_cat_write.scap", "falco_open-multiple-files.scap", "synth_sandbox_hidden_files.scap"]
WINDOWS = [(Window(events=20), Window(events=10)), (Window(), Window()), (Window(ns=10**9), Window(ns=10**6))]
FORMAT = "*%evt.num|%evt.rawtime %evt.type %evt.dir %thread.tid %proc.name %fd.num %fd.name %evt.args"
RULE = "- rule: Started\n  desc: or opened\n  condition: evt.type in (execve, open, openat)\n  output: '%proc.name'\n  priority: INFO\n"


def lines_of(sysdig, path):
    """(number, rest) of each line."""
    out = subprocess.run([sysdig, "-r", str(path), "-p", FORMAT], capture_output=True, check=True).stdout
    return [(int(number), rest) for number, _, rest in (line.partition(b"|") for line in out.splitlines())]


@pytest.mark.parametrize(("before", "after"), WINDOWS, ids=["events", "alone", "time"])
@pytest.mark.parametrize("name", CAPTURES)
def test_a_dump_shows_the_lines_of_the_whole(name, before, after, shared, sysdig, tmp_path):
    (tmp_path / "rules.yaml").write_text(RULE)
    alerts = []
    report = replay(
        str(SHARED / "captures" / name),
        load_rules([str(tmp_path / "rules.yaml")]),
        alerts.append,
        ContextOptions(str(tmp_path / "dumps"), before, after),
    )
    assert alerts and {alert.capture for alert in alerts} == set(report.dumps)
    whole = [line for _, line in lines_of(sysdig, SHARED / "captures" / name)]
    for path in report.dumps:
        numbered = lines_of(sysdig, path)
        shown = [line for _, line in numbered]
        assert any(whole[at : at + len(shown)] == shown for at, line in enumerate(whole) if line == shown[0])
        for alert in alerts:
            if alert.capture == path:
                assert dict(numbered)[alert.capture_event].startswith(b"%d " % alert.time_ns)
