"""A thread that takes a descriptor away before the open that made it has ended: which file it was is then unknown, and that is told."""

import os

import pytest
from live.crowd import follow
from rulefiles import rule

from firmer.rules.bundled import rules_folder
from firmer.rules.load import load_rules

ROUNDS = 20_000
OPENED = "evt.type in (open, openat) and fd.num >= 0 and fd.claimedpath = {link} and fd.name = {real}"


@pytest.mark.skipif(os.cpu_count() == 1, reason="one processor: nobody is there to take it away")
def test_each_open_has_the_kernels_name_or_an_alert(probe, target, here, tmp_path):
    real, link = here / "real", here / "link"
    real.touch()
    link.symlink_to(real)
    (tmp_path / "r.yaml").write_text(rule(OPENED.format(real=real, link=link)))
    rules, alerts = (
        load_rules(
            [str(rules_folder() / "base.yaml"), str(rules_folder() / "evasion.yaml"), str(tmp_path / "r.yaml")], rule_matching="all"
        ),
        [],
    )
    rules.sink = lambda alert: alerts.append((alert.rule, alert.output))
    run = follow(probe, [target, "stolen", str(link), str(ROUNDS)], [rules])
    assert run.source.lost == 0
    named = [output for name, output in alerts if name == "r"]
    hidden = [output for name, output in alerts if name == "Opened file out of sight" and f"spelled={link} " in output]
    assert len(named) + len(hidden) == ROUNDS
    assert hidden, "the thief was never quick enough"
