"""The parser of sysdig's language alone: fields and constants as written. What filters mean is tested in test_sysdig.py."""

import time

import pytest

from firmer.filter.ast import And, Check, FieldExpr, ListLiteral, Literal, Not
from firmer.filter.parse_sysdig import BadFilter, parse_sysdig

A, B = FieldExpr("a.b"), FieldExpr("c.d[1]")


def test_tree():
    both = And((Check(A, "=", "", Literal("1")), Not(Check(B, "in", "", ListLiteral((Literal("x y", True), Literal("z")))))))
    assert parse_sysdig("a.b=1 and not c.d[1] in ('x y',z)") == both


def test_places():
    check = parse_sysdig(" a.b  contains  'x y' ")
    assert (check.at, check.length, check.right.at, check.right.length) == (1, 20, 16, 5)


def test_error():
    with pytest.raises(BadFilter) as found:
        parse_sysdig("a.b=1 xor c.d=2")
    assert str(found.value) == "filter error at position 6: syntax error in filter"
    assert found.value.problems[0].place.column == 7


@pytest.mark.parametrize(
    "text", ["(" * 100_000, "not " * 100_000, "a.b=1 and " * 30_000, "a.b in (" + "x," * 100_000, "a.b='" + "\\x41" * 100_000]
)
def test_long_texts_take_no_long_time(text):
    begin = time.monotonic()
    with pytest.raises(BadFilter):
        parse_sysdig(text)
    assert time.monotonic() - begin < 3


def test_depth():
    assert parse_sysdig("(" * 100 + "a.b=1" + ")" * 100)
    with pytest.raises(BadFilter, match="brackets nest deeper than 100"):
        parse_sysdig("(" * 101 + "a.b=1" + ")" * 101)
