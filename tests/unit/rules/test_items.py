"""Items of a file: what they must have, what they may have; errors of all of them show at once."""

import pytest
from rulefiles import errors, load, rule, told, warnings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rule: r\n", ["a.yaml:1:1 R010"]),
        ("just some words\n", ["a.yaml:1:1 R010"]),
        ("- rule\n- macro\n", ["a.yaml:1:3 R011", "a.yaml:2:3 R011"]),
        ("- rule: r\n", ["a.yaml:1:3 R012"]),
        ("- rule: r\n  desc: d\n  condition: evt.type = open\n  priority: INFO\n", ["a.yaml:1:3 R012"]),
        ("- rule: r\n  desc: d\n  condition: ''\n  output: o\n  priority: INFO\n", ["a.yaml:3:3 R013"]),
        ("- rule: r\n  desc: d\n  condition: [evt.type, open]\n  output: o\n  priority: INFO\n", ["a.yaml:3:14 R013"]),
        ("- rule: r\n  desc: d\n  condition: evt.type = open\n  output: o\n  priority: URGENT\n", ["a.yaml:5:13 R014"]),
        (rule("evt.type = open", more="  enabled: maybe\n"), ["a.yaml:6:12 R014"]),
        (rule("evt.type = open", more="  tags: web\n"), ["a.yaml:6:9 R013"]),
        ("- macro: m\n", ["a.yaml:1:3 R012"]),
        ("- list: l\n  items: a\n", ["a.yaml:2:10 R013"]),
        ("- list: [l]\n  items: [a]\n", ["a.yaml:1:9 R013"]),
        ("- rule: r\n- list: l\n- macro: m\n", ["a.yaml:1:3 R012", "a.yaml:2:3 R012", "a.yaml:3:3 R012"]),
    ],
)
def test_what_is_missing_or_wrong_is_told(text, expected):
    assert told(errors(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-\n- ~\n", []),
        ("- policy: p\n", ["LOAD_UNKNOWN_ITEM"]),
        (rule("evt.type = open", more="  severity: high\n"), ["LOAD_UNKNOWN_KEY"]),
        (rule("evt.type = open", more="  desc: again\n"), ["R052"]),
        ("- macro: bad-name\n  condition: evt.type = open\n", ["LOAD_INVALID_MACRO_NAME", "LOAD_UNUSED_MACRO"]),
        ("- list: my list\n  items: [a]\n", ["LOAD_INVALID_LIST_NAME", "LOAD_UNUSED_LIST"]),
        (rule("evt.type = open", more="  source:\n  tags: []\n  exceptions:\n  warn_evttypes: false\n"), []),
    ],
)
def test_what_is_odd_is_warned_of(text, expected):
    assert warnings(text) == expected


def test_every_key_is_read():
    text = rule(
        "evt.type = open",
        more="  enabled: no\n  tags: [b, a, b]\n  capture: true\n  capture_duration: 1000\n  skip-if-unknown-filter: true\n",
    )
    (ready,) = load(text).ready
    each = ready.rule
    assert (each.enabled, each.tags, each.capture, each.capture_duration, each.skip_if_unknown_filter) == (
        False,
        {"a", "b"},
        True,
        1000,
        True,
    )


def test_all_documents_of_a_file_are_read():
    loader = load(rule("evt.type = open", "one") + "---\n" + rule("evt.type = close", "two") + "---\n")
    assert [each.rule.name for each in loader.ready] == ["one", "two"]
