"""Storms: nothing is lost unseen, no process is overlooked."""

import os

import pytest
from live.crowd import follow

from firmer.rules.bundled import rules_folder
from firmer.rules.load import load_rules

CPUS = str(os.cpu_count())
SECONDS = "3"
PROMISED = 300_000  # events a second without a loss
SHORT = 2000  # processes
RULE = """
- rule: short
  desc: each run of the program
  condition: evt.type = execve and evt.arg.res = 0 and proc.name = true
  output: "%proc.args %proc.ppid %proc.pname %proc.exepath"
  priority: INFO
"""


def default_rules():
    rules = load_rules([str(rules_folder())])
    rules.sink = lambda alert: None
    return rules


@pytest.mark.parametrize("kind", ["opens", "pipes"])
def test_a_storm_is_accounted_for_to_the_last_event(probe, target, kind):
    run = follow(probe, [target, kind, CPUS, SECONDS], [default_rules()], everything=kind == "pipes")
    total = run.source.account.total()
    calls = int(run.said)
    assert run.source.account.missing() == 0
    assert total.produced >= calls
    assert total.delivered + total.dropped + total.big == total.produced
    assert run.source.lost == total.dropped + total.big
    assert not total.dropped or calls / run.seconds > PROMISED


def test_every_short_process_is_seen(probe, target, tmp_path):
    (tmp_path / "rules.yaml").write_text(RULE)
    rules, alerts = load_rules([str(tmp_path / "rules.yaml")]), []
    rules.sink = alerts.append
    run = follow(probe, [target, "spawn", str(SHORT)], [rules])
    values = [[alert.output_fields[name] for name in ("proc.args", "proc.ppid", "proc.pname", "proc.exepath")] for alert in alerts]
    assert values == [[str(number), run.pid, "target", "/usr/bin/true"] for number in range(SHORT)]
    assert run.source.lost == 0
