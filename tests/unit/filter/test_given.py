"""Fields by hand."""

import pytest
from unit.filter.world import FIELDS, STATE, event

from firmer.fields.registry import UnknownField
from firmer.filter.given import VALUES, given_field


def test_a_slot_gives_what_it_is_given():
    slot = FIELDS.slot("t.uint", "falco")
    VALUES.clear()
    assert slot.value(event(), STATE) is None
    VALUES["t.uint"] = 2**64 - 1
    assert slot.value(event(), STATE) == 2**64 - 1


def test_unknown_names_are_refused():
    with pytest.raises(UnknownField):
        FIELDS.find("t.nothing", "falco")
    with pytest.raises(TypeError):
        given_field("t.x", "CHARBUF", nonsense=True)
