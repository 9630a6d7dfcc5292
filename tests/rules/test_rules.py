"""Our rules: each fires on its story, keeps silent on its near misses, and is written as our rules are."""

import re

import pytest
from stories import CASES, containers, credentials, evasion, persistence, programs, shells  # noqa: F401 - importing enters stories into the table

from firmer.authoring.scenario import CLASSIC, EVERYWHERE, TODAY, Host
from firmer.detect.replay import replay
from firmer.rules.bundled import rules_folder
from firmer.rules.load import load_rules

LAYOUTS = {"today": TODAY, "classic": CLASSIC, "everywhere": EVERYWHERE}


@pytest.fixture(scope="module")
def ruleset():
    return load_rules([str(rules_folder())], rule_matching="all")


@pytest.fixture(scope="module")
def rules(ruleset):
    return {rule.name: rule for rule in ruleset.rules}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_story(case, layout, ruleset, tmp_path):
    if case.only not in (None, layout):
        return
    host = Host()
    case.story(host)
    host.write(tmp_path / "story.scap", LAYOUTS[layout])
    raised = []
    report = replay(str(tmp_path / "story.scap"), ruleset, lambda alert: raised.append(alert.rule))
    assert not report.errors
    assert (case.rule in raised) is case.fires, raised


@pytest.mark.parametrize("fires", [True, False], ids=["fires", "near miss"])
def test_every_rule_has_both_kinds_of_story(fires, rules):
    assert rules.keys() == {case.rule for case in CASES if case.fires is fires}


def test_rules_load_without_a_warning(ruleset):
    assert not ruleset.warnings


def test_a_rule_says_why_and_what_to_tune(rules):
    for rule in rules.values():
        assert len(rule.desc.split()) > 20, rule.name
        assert rule.desc.rstrip().endswith("."), rule.name


def test_an_output_is_a_sentence_and_values(rules):
    for rule in rules.values():
        sentence, bar, values = " ".join(rule.output.text.split()).partition(" | ")
        assert bar and "%" not in sentence, rule.name
        assert re.fullmatch(r"(\w+=%[\w.]+ ?)+", values), rule.name


def test_tags_tell_where_and_which_technique(rules):
    for rule in rules.values():
        assert rule.tags & {"host", "container"}, rule.name
        assert any(re.fullmatch(r"T\d{4}(\.\d{3})?", tag) for tag in rule.tags), rule.name
