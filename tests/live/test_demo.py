"""The attack is staged and recorded anew: what firmer sees live raises the alerts of the bundled capture."""

import json
import shutil
import subprocess

import pytest
from live.stage import lacking

from firmer.authoring.demo import CAPTURE
from firmer.authoring.demo.record import record
from firmer.authoring.demo.world import StageError
from firmer.detect.replay import replay
from firmer.rules.bundled import rules_folder
from firmer.rules.load import load_rules


def replayed(path):
    """Alerts as they are written."""
    lines = []
    report = replay(str(path), load_rules([str(rules_folder())], hostname="web-1"), lambda alert: lines.append(alert.json_line()))
    assert not report.errors
    return lines


def names(lines):
    return [json.loads(line)["rule"] for line in lines]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """The path of a new recording, and the alerts that were raised while it was made."""
    reason = lacking()
    if reason:
        pytest.skip(reason)
    path = tmp_path_factory.mktemp("demo") / "attack.scap.gz"
    live, rules = [], load_rules([str(rules_folder())], hostname="web-1")
    rules.sink = lambda alert: live.append(alert.json_line())
    try:
        record(str(path), rules)
    except StageError as error:
        pytest.skip(str(error))
    return path, live


def test_the_rules_raised_are_those_of_the_bundled_capture(recorded):
    assert names(recorded[1]) == names(replayed(CAPTURE))


def test_the_replay_raises_what_was_raised_live(recorded):
    path, live = recorded
    assert replayed(path) == live


def test_sysdig_opens_it(recorded):
    sysdig = shutil.which("sysdig")
    if sysdig is None:
        pytest.skip("sysdig is not installed")
    lines = subprocess.run([sysdig, "-r", recorded[0], "-p", "%proc.name %evt.type %fd.name", "evt.dir=<"], capture_output=True, text=True)
    assert lines.returncode == 0
    assert "cat openat /etc/shadow" in lines.stdout and "gunicorn" in lines.stdout
