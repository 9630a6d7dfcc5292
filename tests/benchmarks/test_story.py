"""The story to measure with is the same on every machine, and raises alerts."""

from story import capture

from firmer.detect.replay import replay
from firmer.rules.bundled import rules_folder
from firmer.rules.load import load_rules


def test_the_same_story_is_the_same_capture(tmp_path):
    contents = []
    for name in "ab":
        (tmp_path / name).mkdir()
        contents.append(capture(tmp_path / name).read_bytes())
    assert contents[0] == contents[1]


def test_it_raises_an_alert_of_each_rule_of_the_attack(tmp_path):
    report = replay(str(capture(tmp_path)), load_rules([str(rules_folder())]), lambda alert: None)
    assert (report.events, report.alerts, len(report.by_rule)) == (750, 11, 10)
