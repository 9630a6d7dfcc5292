"""`override`: what may replace, what may append, and what must stand beside it."""

import pytest
from rulefiles import errors, load, rule, told

BASE = rule("evt.type = open")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- rule: r\n  priority: ERROR\n  override: {priority: append}\n", "b.yaml:3:14 R015"),
        ("- rule: r\n  priority: ERROR\n  override: {priority: merge}\n", "b.yaml:3:24 R015"),
        ("- rule: r\n  priority: ERROR\n  override: {source: replace}\n", "b.yaml:3:14 R015"),
        ("- rule: r\n  priority: ERROR\n  override: {priority: [replace]}\n", "b.yaml:3:24 R015"),
        ("- rule: r\n  override: {output: replace}\n", "b.yaml:1:3 R015"),
        ("- rule: r\n  output: o\n  override: {output: replace, desc: append}\n", "b.yaml:1:3 R015"),
        ("- rule: r\n  output: o\n  desc: d\n  override: {output: replace}\n", "b.yaml:3:9 R015"),
        ("- rule: r\n  override: replace\n", "b.yaml:2:13 R013"),
        ("- rule: r\n  condition: and evt.type = close\n  append: true\n  override: {condition: append}\n", "b.yaml:3:3 R015"),
        ("- rule: s\n  output: o\n  override: {output: replace}\n", "b.yaml:1:3 R016"),
        ("- rule: r\n  append: true\n", "b.yaml:1:3 R017"),
        ("- list: l\n  items: [a]\n  override: {items: append}\n", "b.yaml:1:3 R016"),
        ("- macro: m\n  condition: or evt.type = close\n  override: {condition: append}\n", "b.yaml:1:3 R016"),
    ],
)
def test_what_cannot_be_is_refused(text, expected):
    assert told(errors(BASE, text))[0] == expected


def test_keys_are_replaced_and_appended():
    (ready,) = load(
        BASE,
        "- rule: r\n  priority: error\n  desc: more\n  tags: [b, a]\n  override: {priority: replace, desc: append, tags: append}\n",
        "- rule: r\n  output: ' and %proc.name'\n  override: {output: append}\n",
        "- rule: r\n  warn_evttypes: false\n  skip-if-unknown-filter: true\n  capture: true\n  capture_duration: 7\n"
        "  override: {warn_evttypes: replace, skip-if-unknown-filter: replace, capture: replace, capture_duration: replace}\n",
    ).ready
    rule = ready.rule
    assert (rule.priority_word, rule.desc, rule.tags, rule.output.text) == ("Error", "d more", {"a", "b"}, "o  and %proc.name")
    assert (rule.warn_evttypes, rule.skip_if_unknown_filter, rule.capture, rule.capture_duration) == (False, True, True, 7)


@pytest.mark.parametrize("more", ["  enabled: false\n", "  enabled: false\n  override: {enabled: replace}\n"])
def test_rules_are_turned_off(more):
    assert [each.rule.enabled for each in load(BASE, "- rule: r\n" + more).ready] == [False]


def test_an_override_that_is_empty_is_none():
    assert load(BASE, rule("evt.type = close", more="  override:\n")).ready[0].rule.condition.text == "evt.type = close"
