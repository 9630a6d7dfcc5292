"""What conditions say of event types: Falco's index, and the keys for which they can hold."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.filter.test_program import TREES, worlds
from unit.filter.world import by_reference, checked

from firmer.events.table import NAMED
from firmer.filter.ast import And, Not, Or
from firmer.filter.event_types import GENERIC, decided, falco_index, is_unknown, named, names, possible, specialised, type_of_key, wanted

SWITCH = 152
ALL = names().all_types


def types(*wanted):
    """Bits of all types with these names."""
    return sum(1 << kind for kind in range(2, names().types) if names().by_key[kind] in wanted)


INDEX = [
    ("evt.type = open", types("open")),
    ("evt.type in (open, close)", types("open", "close")),
    ("evt.type != open", ALL & ~types("open")),
    ("not evt.type = open", ALL & ~types("open")),
    ("not evt.type != open", types("open")),
    ("evt.type = open and t.int = 1", types("open")),
    ("evt.type = open or t.int = 1", ALL),
    ("evt.type = open or evt.type = close", types("open", "close")),
    ("evt.type = open and evt.type = close", 0),
    ("evt.type = open and not t.int = 1", types("open")),
    ("not (evt.type = open or t.int = 1)", ALL & ~types("open")),
    ("not (evt.type = open and t.int = 1)", ALL),
    ("t.int = 1", ALL),
    ("evt.type exists", ALL),
    ("not evt.type exists", 0),
    ("evt.type = procexit and not syscall.type exists", 0),
    ("syscall.type = open", types("open")),
    ("syscall.type = nosuch", 0),
    ("evt.type in ()", 0),
    ("evt.type = uname", GENERIC),
    ("evt.type != uname", ALL & ~GENERIC),
    ("evt.type startswith open", ALL),
    ("evt.type = anyof (open)", ALL),
]


@pytest.mark.parametrize("text, index", INDEX, ids=[row[0] for row in INDEX])
def test_index(text, index):
    assert falco_index(checked(text).tree) == index


def keys(*wanted):
    return {key for key, name in enumerate(names().by_key) if name in wanted}


def own(*wanted):
    """Keys with these names that are event types: Falco's index looks for generic calls only where no type has the name."""
    return {key for key in keys(*wanted) if key < names().types} - entries()


def entries():
    """Enter events of system calls, which rules never see."""
    return {key for key in range(names().types) if names().entries >> key & 1}


POSSIBLE = [
    ("evt.type = open", own("open")),
    ("evt.type startswith open", {key for key, name in enumerate(names().by_key) if name and name.startswith("open")} - entries()),
    ("evt.type = uname", keys("uname") | {1, names().types}),
    ("evt.type in (open, close) and not evt.type = close", own("open")),
    ("evt.type = open and evt.type = close", set()),
]


@pytest.mark.parametrize("text, wanted", POSSIBLE, ids=[row[0] for row in POSSIBLE])
def test_possible_keys(text, wanted):
    found = possible(checked(text).tree)
    unnamed = {key for key, name in enumerate(names().by_key) if name is None}
    assert {key for key in range(names().keys) if found >> key & 1} - unnamed == wanted - unnamed


NAMES = [
    ("evt.type = switch", {"switch"}),
    ("evt.type in (switch, open) and t.text = x", {"switch", "open"}),
    ("t.text = x or not evt.type = switch", {"switch"}),
    ("evt.type != switch", set()),
    ("evt.type startswith open", set()),
    ("evt.type exists and t.text = switch", set()),
]


@pytest.mark.parametrize("text, found", NAMES, ids=[row[0] for row in NAMES])
def test_what_is_asked_for_by_name(text, found):
    assert named(checked(text).tree) == found


ASKED = [
    (["evt.type = switch"], NAMED),
    (["t.text = x"], 1),
    (["evt.type != switch"], 0),
    (["evt.type = switch and evt.type = open"], 0),
    (["t.text = x", "evt.type = switch"], NAMED),
    (["evt.type = open"], 0),
]


@pytest.mark.parametrize("texts, byte", ASKED, ids=[" | ".join(row[0]) for row in ASKED])
def test_names_are_told_from_the_rest(texts, byte):
    found, asked = wanted([checked(text).tree for text in texts])
    assert found == [possible(checked(text).tree) for text in texts]
    assert asked[SWITCH] == byte


def test_a_condition_that_excludes_a_generic_call_leaves_out_all():
    found = possible(checked("evt.type != uname").tree)
    assert not any(found >> key & 1 for key in range(names().types, names().keys))


def test_direction_is_known():
    tree = checked("evt.type = open").tree
    assert decided(tree, 3) is True and decided(tree, 5) is False


def test_the_absence_of_syscall_type_is_left_to_the_event():
    assert decided(checked("syscall.type = open").tree, 3) is None
    assert decided(checked("syscall.type = open").tree, 5) is False
    assert decided(checked("syscall.type exists").tree, 5) is None


def test_generic_calls_are_of_one_type():
    assert type_of_key(3) == 3
    assert type_of_key(names().types + 5) == 1


def test_names():
    assert not is_unknown("openat", "falco") and not is_unknown("uname", "falco")
    assert is_unknown("opens", "falco")


MORE = st.sampled_from([checked(row[0]).tree for row in INDEX])
KEYS = sorted(keys("open", "close", "uname", "procexit") - entries())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(TREES, MORE, MORE.map(Not)), min_size=1, max_size=4), st.sampled_from([And, Or]), worlds(), st.sampled_from(KEYS))
def test_what_a_key_decides_changes_no_verdict(parts, joined, world, key):
    tree = joined(tuple(parts))
    world["evt.type"] = world["syscall.type"] = names().by_key[key].encode()
    verdict = by_reference(tree, world)
    assert by_reference(specialised(tree, key), world) == verdict
    if verdict and falco_index(tree) >> type_of_key(key) & 1:
        assert possible(tree) >> key & 1
