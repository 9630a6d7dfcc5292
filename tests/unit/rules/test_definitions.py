"""Definitions over several files: what replaces, what keeps its place."""

import pytest
from rulefiles import errors, load, rule, told, warnings


def names(loader):
    return [each.rule.name for each in loader.ready]


def test_a_rule_that_is_defined_anew_keeps_its_place():
    loader = load(rule("evt.type = open", "one") + rule("evt.type = open", "two"), rule("evt.type = close", "one"))
    assert names(loader) == ["one", "two"]
    assert loader.ready[0].rule.condition.text == "evt.type = close"


def test_nothing_of_the_old_rule_stays():
    loader = load(rule("evt.type = open", more="  tags: [a]\n  enabled: false\n"), rule("evt.type = open"))
    assert (loader.ready[0].rule.tags, loader.ready[0].rule.enabled) == (set(), True)


def test_a_list_or_macro_of_a_later_file_counts_for_all_rules():
    first = "- list: l\n  items: [a]\n- macro: m\n  condition: proc.name in (l)\n" + rule("evt.type = open and m")
    before, after = load(first), load(first, "- list: l\n  items: [b]\n")
    assert before.ready[0].checked.tree != after.ready[0].checked.tree
    assert "(b)" in str(after.ready[0].checked.tree.children[1]) or "b" in repr(after.ready[0].checked.tree)


@pytest.mark.parametrize("how", ["  append: true\n", "  override: {items: append}\n"])
def test_items_are_appended(how):
    loader = load("- list: l\n  items: [a]\n", "- list: l\n  items: [b]\n" + how)
    assert loader.definitions.lists["l"].items == ["a", "b"]


@pytest.mark.parametrize("how", ["  append: true\n", "  override: {condition: append}\n"])
def test_conditions_are_appended(how):
    macro = "- macro: m\n  condition: evt.type = open\n"
    loader = load(macro + rule("m"), "- macro: m\n  condition: or evt.type = close\n" + how)
    assert loader.definitions.macros["m"].condition.text == "evt.type = open or evt.type = close"
    appended = load(rule("evt.type = open"), "- rule: r\n  condition: and proc.name = x\n" + how)
    assert appended.ready[0].rule.condition.text == "evt.type = open and proc.name = x"


def test_the_old_form_is_warned_of():
    assert warnings("- list: l\n  items: [a]\n- list: l\n  items: [b]\n  append: true\n") == ["LOAD_DEPRECATED_ITEM", "LOAD_UNUSED_LIST"]
    assert warnings(rule("evt.type = open"), "- rule: r\n  enabled: true\n") == ["LOAD_DEPRECATED_ITEM"]


def test_a_rule_of_another_source_is_left_out():
    text = rule("ct.name = x", more="  source: aws_cloudtrail\n")
    assert warnings(text) == ["LOAD_UNKNOWN_SOURCE"]
    assert names(load(text)) == []


def test_a_rule_cannot_change_its_source():
    other = rule("ct.name = x", more="  source: aws_cloudtrail\n")
    assert told(errors(rule("evt.type = open"), other)) == ["b.yaml:1:3 R022"]
