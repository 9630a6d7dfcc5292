"""Damage inside of metadata blocks never leads out of them; the cases are in test_metadata, here is what the error is."""

from firmer.capture.cursor import Damage
from firmer.errors import FirmerError


def test_damage_is_not_for_users():
    """The reader says in which block of which file; nothing else may leave it."""
    assert not issubclass(Damage, FirmerError)
