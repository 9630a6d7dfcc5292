"""The attack is staged and recorded anew: what firmer sees live raises the alerts of the bundled capture."""

import shutil
import subprocess

import pytest
from live.stage import lacking

from firmer.authoring.demo import CAPTURE
from firmer.authoring.demo.record import main
from firmer.authoring.demo.world import StageError
from firmer.detect.replay import replay
from firmer.rules.bundled import rules_folder
from firmer.rules.load import load_rules


def rules_raised(path):
    found = []
    report = replay(str(path), load_rules([str(rules_folder())]), lambda alert: found.append(alert.rule))
    assert not report.errors
    return found


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    reason = lacking()
    if reason:
        pytest.skip(reason)
    path = tmp_path_factory.mktemp("demo") / "attack.scap.gz"
    try:
        main([str(path)])
    except StageError as error:
        pytest.skip(str(error))
    return path


def test_the_alerts_are_those_of_the_bundled_capture(recorded):
    assert rules_raised(recorded) == rules_raised(CAPTURE)


def test_sysdig_opens_it(recorded):
    sysdig = shutil.which("sysdig")
    if sysdig is None:
        pytest.skip("sysdig is not installed")
    lines = subprocess.run([sysdig, "-r", recorded, "-p", "%proc.name %evt.type %fd.name", "evt.dir=<"], capture_output=True, text=True)
    assert lines.returncode == 0
    assert "cat openat /etc/shadow" in lines.stdout and "gunicorn" in lines.stdout
