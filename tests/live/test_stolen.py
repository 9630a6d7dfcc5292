"""A thread that takes a descriptor away before the open that made it has ended, or puts another file there: what cannot be known is told."""

import os

import pytest
from live.crowd import follow
from rulefiles import rule

from firmer.rules.bundled import rules_folder
from firmer.rules.load import load_rules

ROUNDS = 20_000
OPENED = "evt.type in (open, openat) and fd.num >= 0 and fd.claimedpath = {link}"


@pytest.mark.skipif(os.cpu_count() == 1, reason="one processor: nobody is there to take it away")
@pytest.mark.parametrize("instead", [False, True], ids=["taken away", "replaced"])
def test_each_open_has_the_kernels_name_or_an_alert(probe, target, here, tmp_path, instead):
    real, link, harmless = (here / name for name in ("real", "link", "harmless"))
    real.touch()
    harmless.touch()
    link.symlink_to(real)
    opened = OPENED.format(link=link)
    (tmp_path / "r.yaml").write_text(
        rule(f"{opened} and fd.is_doubtful = false", "sure") + rule(f"{opened} and fd.is_doubtful = true", "doubtful")
    )
    files = [str(rules_folder() / name) for name in ("base.yaml", "evasion.yaml")] + [str(tmp_path / "r.yaml")]
    (tmp_path / "r.yaml").write_text((tmp_path / "r.yaml").read_text().replace("output: o", 'output: "%fd.realpath"'))
    rules, alerts = load_rules(files, rule_matching="all"), []
    rules.sink = alerts.append
    run = follow(probe, [target, "stolen", str(link), str(harmless) if instead else "", str(ROUNDS)], [rules])
    assert run.source.lost == 0
    by_rule = {
        name: [alert.output.split()[-1] for alert in alerts if alert.rule == name]
        for name in ("sure", "doubtful", "Opened file out of sight")
    }
    assert len(by_rule["sure"]) + len(by_rule["doubtful"]) == ROUNDS
    assert set(by_rule["sure"]) == {str(real)}, "no name is wrong"
    assert by_rule["doubtful"], "the thief was never quick enough"
    assert len(by_rule["Opened file out of sight"]) >= len(by_rule["doubtful"])
