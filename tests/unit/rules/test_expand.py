"""Macros and lists in conditions."""

import pytest
from rulefiles import errors, load, rule, told, warnings

from firmer.filter.ast import Expansion
from firmer.filter.parse import parse
from firmer.filter.source import Source
from firmer.rules.expand import Expander


def bare(expr):
    """A tree without its expansions."""
    if isinstance(expr, Expansion):
        return bare(expr.body)
    if hasattr(expr, "children"):
        return type(expr)(tuple(bare(child) for child in expr.children))
    if hasattr(expr, "child"):
        return type(expr)(bare(expr.child))
    return expr


def expanded(condition: str, *texts: str):
    loader = load(*texts)
    return bare(Expander(loader.definitions, loader.memory).condition(Source(condition)))


@pytest.mark.parametrize(
    ("lists", "condition", "same_as"),
    [
        ("- list: a\n  items: [x, y]\n", "proc.name in (a)", "proc.name in (x, y)"),
        ("- list: a\n  items: [x, y]\n", "proc.name in (0, a, z)", "proc.name in (0, x, y, z)"),
        ("- list: a\n  items: ['x y', '\"q r\"']\n", "proc.name in (a)", 'proc.name in ("x y", "q r")'),
        ("- list: a\n  items: ['x,y']\n", "proc.name in (a)", "proc.name in (x,y)"),
        ("- list: a\n  items: []\n", "proc.name in (a)", "proc.name in ()"),
        ("- list: a\n  items: []\n", "proc.name in (a, b)", "proc.name in (b)"),
        ("- list: a\n  items: [x]\n", "proc.name = a", "proc.name = x"),
        ("- list: a\n  items: [x]\n", "proc.name in a", "proc.name in x"),
        ("- list: a\n  items: [x]\n", 'proc.name in ("a")', 'proc.name in ("a")'),
        ("- list: a\n  items: [x]\n- list: b\n  items: [a, y]\n", "proc.name in (b)", "proc.name in (x, y)"),
        ("- list: a\n  items: [b]\n- list: b\n  items: [y]\n", "proc.name in (a)", "proc.name in (y)"),
        # one level only, when the lists stand in their order
        ("- list: a\n  items: [x]\n- list: b\n  items: [a]\n- list: c\n  items: [b]\n", "proc.name in (c)", "proc.name in (a)"),
        ("- list: a\n  items: [a]\n", "proc.name in (a)", "proc.name in (a)"),
        ("", "proc.name in (unknown)", "proc.name in (unknown)"),
        ("- list: a\n  items: [open]\n", "evt.type in (a) and proc.name startswith a", "evt.type in (open) and proc.name startswith open"),
    ],
)
def test_lists(lists, condition, same_as):
    assert expanded(condition, lists) == parse(same_as)


@pytest.mark.parametrize(
    ("macros", "condition", "same_as"),
    [
        ("- macro: m\n  condition: evt.type = open\n", "m and proc.name = x", "evt.type = open and proc.name = x"),
        (
            "- macro: m\n  condition: evt.type = open or evt.type = close\n",
            "not m and fd.num = 1",
            "not (evt.type = open or evt.type = close) and fd.num = 1",
        ),
        ("- macro: m\n  condition: evt.type = open\n- macro: n\n  condition: (m)\n", "n", "evt.type = open"),
    ],
)
def test_macros(macros, condition, same_as):
    assert expanded(condition, macros) == bare(parse(same_as))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((rule("evt.type = open and no_such"),), ["a.yaml:2:34 R020"]),
        (("- macro: m\n  condition: evt.type = open and m\n",), ["a.yaml:2:34 R020"]),
        (("- macro: m\n  condition: n\n- macro: n\n  condition: evt.type = open\n",), ["a.yaml:2:14 R020"]),
        ((rule("later"), "- macro: later\n  condition: evt.type = open\n"), ["a.yaml:2:14 R020"]),
        (("- macro: m\n  condition: evt.type = open\n", "- macro: m\n  condition: m\n"), ["b.yaml:2:14 R021"]),
        (("- list: l\n  items: [a, b]\n" + rule("evt.type = open and proc.name = l"),), ["a.yaml:4:46 R024"]),
        (("- list: l\n  items: [a, b]\n" + rule("evt.type = open and proc.name in l"),), ["a.yaml:4:47 R024"]),
        (("- list: l\n  items: ['(']\n" + rule("evt.type = open and proc.name in (l)"),), ["a.yaml:1:3 R025"]),
        (("- macro: m\n  condition: evt.type=open and (\n",), ["a.yaml:2:33 F001"]),
    ],
)
def test_what_cannot_be_expanded_is_refused(texts, expected):
    assert told(errors(*texts)) == expected


def test_a_macro_may_stand_behind_the_rule_that_uses_it():
    assert load(rule("later") + "- macro: later\n  condition: evt.type = open\n").ready


def test_an_error_inside_of_a_macro_is_told_where_the_macro_stands():
    assert told(errors("- macro: m\n  condition: >\n    evt.type = open and\n    proc.nmae = x\n" + rule("m"))) == ["a.yaml:4:5 F007"]


def test_what_nobody_uses_is_told():
    assert warnings("- list: l\n  items: [a]\n- macro: m\n  condition: evt.type = open\n") == ["LOAD_UNUSED_MACRO", "LOAD_UNUSED_LIST"]
    used = "- list: l\n  items: [a]\n- list: k\n  items: [l]\n- macro: m\n  condition: proc.name in (k)\n"
    assert warnings(used + rule("evt.type = open and m")) == []


def test_doubling_is_refused_before_it_costs():
    macros = "- macro: m0\n  condition: proc.name = x\n"
    macros += "".join(f"- macro: m{n + 1}\n  condition: m{n} and m{n}\n" for n in range(40))
    assert told(errors(macros))[0].endswith("R023")
    lists = "".join(f"- list: l{n}\n  items: [l{n + 1}, l{n + 1}]\n" for n in range(40)) + "- list: l40\n  items: [x]\n"
    assert told(errors(lists + rule("proc.name in (l0)"))) == ["a.yaml:1:3 R023"]


def test_deep_macros_are_refused():
    macros = "- macro: m0\n  condition: proc.name = x\n"
    macros += "".join(f"- macro: m{n + 1}\n  condition: not (m{n} and fd.num = {n})\n" for n in range(300))
    assert told(errors(macros))[0].endswith("R023")


def test_what_did_not_change_is_the_same_object():
    texts = ["- list: l\n  items: [a]\n- macro: m\n  condition: proc.name in (l)\n" + rule("evt.type = open and m")]
    loader = load(*texts)
    before = loader.ready[0].checked
    load("- list: other\n  items: [b]\n", loader=loader)
    assert loader.ready[0].checked is before
