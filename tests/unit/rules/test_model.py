"""Definitions as the files give them."""

from firmer.filter.source import Source
from firmer.rules.model import PRIORITIES, Rule, RuleUpdate
from firmer.rules.places import Mark, YamlFile

MARK = Mark(YamlFile("f", ""), 0)


def test_priorities_are_written_with_a_capital():
    rules = [Rule("r", Source("c"), Source("o"), "d", at, MARK) for at in range(len(PRIORITIES))]
    assert [rule.priority_word for rule in rules] == "Emergency Alert Critical Error Warning Notice Informational Debug".split()


def test_an_update_knows_whether_it_says_anything():
    assert not RuleUpdate("r", MARK).says_something()
    assert RuleUpdate("r", MARK, enabled=False).says_something()
    assert RuleUpdate("r", MARK, tags=set()).says_something()
