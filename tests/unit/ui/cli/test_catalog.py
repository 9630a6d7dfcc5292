"""The catalog of verbs names modules that are there."""

from importlib.util import find_spec

import pytest

from firmer.ui.cli.catalog import VERBS


def test_no_verb_twice():
    assert len({verb.name for verb in VERBS}) == len(VERBS)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_help_is_one_sentence(verb):
    assert verb.help[0].isupper() and verb.help.endswith(".") and "\n" not in verb.help


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_module_is_there(verb):
    assert find_spec(f"firmer.ui.cli.{verb.module}") is not None
