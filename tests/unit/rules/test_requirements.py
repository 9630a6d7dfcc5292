"""What rules files require."""

import pytest
from rulefiles import errors, load

from firmer.rules.requirements import serves, version


@pytest.mark.parametrize(
    "text",
    [
        "- required_engine_version: 0.57.0",
        "- required_engine_version: 0.62.0",
        "- required_engine_version: 13",
        "- required_engine_version: '0.1.0-rc1'",
        "- required_plugin_versions: [{name: container, version: 0.4.0}]",
        "- required_plugin_versions: [{name: k8smeta, version: 0.1.0, alternatives: [{name: container, version: 0.7.1}]}]",
        "- required_plugin_versions: []",
    ],
)
def test_is_met(text):
    load(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- required_engine_version: 99.0.0", "R019"),
        ("- required_engine_version: 0.63.0", "R019"),
        ("- required_engine_version: 63", "R019"),
        ("- required_engine_version: 0.57", "R014"),
        ("- required_engine_version: [1, 2]", "R013"),
        ("- required_engine_version: " + "9" * 5000, "R014"),
        ("- required_plugin_versions: container", "R013"),
        ("- required_plugin_versions: [container]", "R011"),
        ("- required_plugin_versions: [{name: container}]", "R012"),
        ("- required_plugin_versions: [{name: container, version: new}]", "R019"),
        ("- required_plugin_versions: [{name: container, version: 99.0.0}]", "R019"),
        ("- required_plugin_versions: [{name: container, version: 0.7.2}]", "R019"),
        ("- required_plugin_versions: [{name: k8smeta, version: 0.1.0}]", "R019"),
        ("- required_plugin_versions: [{name: a, version: 0.1.0, alternatives: b}]", "R013"),
        ("- required_plugin_versions: [{name: a, version: 0.1.0, alternatives: [b]}]", "R011"),
    ],
)
def test_is_not_met(text, code):
    assert [problem.code for problem in errors(text)] == [code]


def test_versions():
    assert version("1.2.3") == (1, 2, 3)
    assert version("1.2") is None
    assert serves((0, 7, 1), (0, 4, 0))
    assert not serves((0, 7, 1), (1, 0, 0))
    assert not serves((1, 0, 0), (0, 9, 0))
