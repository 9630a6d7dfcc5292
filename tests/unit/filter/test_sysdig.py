"""sysdig's language: what filters mean, and what is said of wrong ones (recorded from sysdig 0.29.3)."""

from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from firmer.errors import BadInput
from firmer.filter.ast import And, Not, Or
from firmer.filter.operators import BY_NAME
from firmer.filter.sysdig import BadOperator, check_sysdig, misfit
from firmer.filter.tree import Operand

CASES = Path(__file__).parent / "cases" / "sysdig"
ERRORS = yaml.safe_load((CASES / "errors.yaml").read_text())
MEANINGS = yaml.safe_load((CASES / "meanings.yaml").read_text())


def shown(tree):
    match tree:
        case Not():
            return f"not {shown(tree.child)}"
        case And() | Or():
            return f"({(' and ' if isinstance(tree, And) else ' or ').join(map(shown, tree.children))})"
    constant = tree.constant.hex() if tree.left.kind == "ip" else None
    return str(tree) if constant is None else f"{tree.left.text} {tree.operator.name} {constant}"


@pytest.mark.parametrize("text, meaning", MEANINGS, ids=[row[0] for row in MEANINGS])
def test_meaning(text, meaning):
    assert shown(check_sysdig(text)).rstrip() == meaning.rstrip()


@pytest.mark.parametrize("text, message", ERRORS, ids=[row[0] for row in ERRORS])
def test_message(text, message):
    with pytest.raises(BadInput) as found:
        check_sysdig(text)
    assert str(found.value) == message


@pytest.mark.parametrize("kind", ["signed", "unsigned", "bool", "port", "ip", "net", "text", "buffer"])
def test_what_fits_is_what_the_operators_compare(kind):
    """Order of truth values is sysdig's own."""
    for name, operator in BY_NAME.items():
        if name in {"pmatch", "regex", "iglob", "bcontains", "bstartswith", "intersects"} or (kind == "bool" and name[0] in "<>"):
            continue
        assert bool(misfit(name, Operand("x", "X", kind))) == (kind not in operator.kinds)


def test_operators_that_do_not_fit_are_told_before_the_first_event():
    with pytest.raises(BadOperator, match=r"^'contains' not supported for numeric filters$"):
        check_sysdig("evt.num contains 1")


def test_positions_count_bytes():
    with pytest.raises(BadInput, match=r"at position 10: filter error: unrecognized field proc.namé at pos 0"):
        check_sysdig("proc.namé=x")


@settings(max_examples=300, deadline=None)
@given(st.text("prconamevt.=<>!()\\x41\"' ,in", max_size=40) | st.text(max_size=20))
def test_nothing_but_bad_input_is_raised(text):
    with suppress(BadInput):
        check_sysdig(text)
