"""The bundled rules are found, in the source tree and installed."""

import pytest

from firmer.errors import FirmerError
from firmer.rules.bundled import PLACES, rules_folder


def test_the_source_tree_has_them():
    assert (rules_folder() / "shells.yaml").exists()


def test_the_first_place_that_has_rules_counts(tmp_path):
    second = tmp_path / "second"
    second.mkdir()
    (second / "a.yaml").write_text("[]")
    assert rules_folder((tmp_path / "first", second)) == second


def test_none_is_an_error_that_names_a_place(tmp_path):
    with pytest.raises(FirmerError, match="first"):
        rules_folder((tmp_path / "first",))


def test_places_end_with_the_installed_one():
    assert PLACES[-1].parts[-3:] == ("share", "firmer", "rules")
