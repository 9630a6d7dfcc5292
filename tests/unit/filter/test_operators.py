"""Operators as they are declared; what they mean is tabled in cases/."""

import pytest

from firmer.filter.grammar import tables
from firmer.filter.operators import ALIASES, BY_NAME, MODIFIERS, OPERATORS, names


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda each: each.name)
def test_declaration_is_whole(operator):
    assert operator.help[0].isupper() and operator.help.endswith(".")
    assert operator.right in {"", "one", "list"}
    assert operator.kinds


def test_names_are_told_apart():
    assert len(BY_NAME) == len(OPERATORS)
    assert set(names()) == set(BY_NAME) | set(ALIASES)


def test_the_grammar_knows_just_these():
    patterns = tables()["terminals"]
    import re

    found = {
        name
        for name in names()
        if any(re.fullmatch(f"(?:{patterns[t]})", name) or re.match(patterns[t], name + " ") for t in OPERATOR_TERMINALS)
    }
    assert found == set(names())
    assert re.findall("[a-z]{4,}", patterns["MODIFIER"])[: len(MODIFIERS)] == list(MODIFIERS)


OPERATOR_TERMINALS = ("TEXT_OP", "NUMBER_OP", "LIST_OP", "EXISTS")


@pytest.mark.parametrize(
    "modifier, verdicts", [("oneof", [False, True, False]), ("anyof", [False, True, True]), ("allof", [False, False, True])]
)
def test_modifiers_count(modifier, verdicts):
    assert [MODIFIERS[modifier](fitting, 2) for fitting in range(3)] == verdicts
    assert not MODIFIERS[modifier](0, 0)
