"""What filters in sysdig's language say of event types, and that skipping events changes no answer."""

from itertools import product

import pytest

from firmer.events.table import NAMED
from firmer.filter.ast import And, Not, Or
from firmer.filter.event_types_sysdig import can_hold, decided, is_unknown, names, remembers, specialised, wanted
from firmer.filter.sysdig import check_sysdig

OPEN_ENTER, OPEN_EXIT, CLOSE_ENTER = 2, 3, 4
SWITCH = 152


def wanted_names(text):
    return {names().by_key[key] for key, byte in enumerate(wanted(check_sysdig(text))) if byte}


@pytest.mark.parametrize(
    "text, found",
    [
        ("evt.type=open", {"open"}),
        ("evt.type=open and proc.name=x", {"open"}),
        ("evt.type=open or evt.type in (close, kexec_load)", {"open", "close", "kexec_load"}),
        ("evt.type=open and evt.type=close", set()),
        ("syscall.type=open", {"open"}),
        ("not evt.type!=open", {"open"}),
        ("not (evt.type!=open or proc.name=x)", {"open"}),
    ],
)
def test_wanted(text, found):
    # keys whose events differ in name always count
    assert wanted_names(text) - {None} == found


def test_all_are_wanted_by_what_says_nothing_of_types():
    for text in (
        "proc.name=x",
        "evt.type=open or proc.name=x",
        "not evt.type exists or proc.name exists",
        "evt.type=open and evt.deltatime>1",
    ):
        assert all(wanted(check_sysdig(text)))


@pytest.mark.parametrize(
    "text, byte",
    [
        ("evt.type=switch", NAMED),
        ("proc.name=x", 1),
        ("evt.type!=switch", 0),
        ("evt.deltatime>1 and evt.type in (switch)", NAMED),
        ("evt.deltatime>1", 1),
    ],
)
def test_names_are_told_from_the_rest(text, byte):
    assert wanted(check_sysdig(text))[SWITCH] == byte


def test_direction():
    tree = check_sysdig("evt.type=open and evt.dir=<")
    assert decided(tree.children[1], OPEN_EXIT) is True and decided(tree.children[1], OPEN_ENTER) is False
    assert [wanted(tree)[key] for key in (OPEN_ENTER, OPEN_EXIT, CLOSE_ENTER)] == [0, NAMED, 0]


def test_calls_without_a_type_come_and_go_under_one_key():
    key = names().by_key.index("kexec_load")
    assert decided(check_sysdig("evt.dir=<"), key) is None
    assert decided(check_sysdig("evt.type=kexec_load"), key) is True


def test_what_may_be_absent_is_only_denied():
    assert decided(check_sysdig("syscall.type=open"), OPEN_EXIT) is None
    assert decided(check_sysdig("syscall.type=open"), CLOSE_ENTER) is False


def test_fields_that_remember_keep_their_filter_whole():
    tree = check_sysdig("evt.type=open and not (thread.cpu exists or proc.name=x)")
    assert remembers(tree) and specialised(tree, OPEN_EXIT) is tree


def test_outcomes_are_those_of_all_answers():
    """`can_hold` against trying every answer of the atoms that the key leaves open."""
    a, b, c = (check_sysdig(text) for text in ("evt.type=open", "proc.name=x", "evt.dir=<"))
    trees = [And((a, b)), Or((a, b)), Not(And((a, Not(b)))), And((Or((a, b)), Not(c))), Or((Not(a), And((b, c))))]
    for tree, key in product(trees, (OPEN_ENTER, OPEN_EXIT, CLOSE_ENTER)):
        results = {answer(tree, key, free) for free in (False, True)}
        assert can_hold(tree, key) == (True in results, False in results)


def answer(tree, key, free):
    match tree:
        case Not():
            return not answer(tree.child, key, free)
        case And():
            return all(answer(child, key, free) for child in tree.children)
        case Or():
            return any(answer(child, key, free) for child in tree.children)
    known = decided(tree, key)
    return free if known is None else known


def test_names():
    assert not is_unknown("open") and not is_unknown("kexec_load") and not is_unknown("openat2") and is_unknown("opne")
