"""Parsing: what is a condition, what is not, and that nothing that is written can hurt."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmer.errors import BadInput
from firmer.filter.ast import And, Check, FieldExpr, ListLiteral, Literal, Not, Or, Reference, Transform
from firmer.filter.parse import parse, parse_operand
from firmer.filter.source import Source

A, B, C = Reference("a"), Reference("b"), Reference("c")
F, G = FieldExpr("x.f"), FieldExpr("x.g")


def words(*texts):
    return ListLiteral(tuple(Literal(text) for text in texts))


TREES = [
    ("a", A),
    (" a ", A),
    ("(a)", A),
    ("a and b or c", Or((And((A, B)), C))),
    ("a or b and c", Or((A, And((B, C))))),
    ("(a or b) and c", And((Or((A, B)), C))),
    ("a and (b and c)", And((A, And((B, C))))),
    ("a and b and c", And((A, B, C))),
    ("not a and b", And((Not(A), B))),
    ("not(a)", Not(A)),
    ("not not a", A),
    ("not not not a", Not(A)),
    ("not (not a)", A),
    ("a and(b)or(c)", Or((And((A, B)), C))),
    ("nota", Reference("nota")),
    ("android or orange", Or((Reference("android"), Reference("orange")))),
    ("x.f exists", Check(F, "exists", "", None)),
    ("x.f=a", Check(F, "=", "", Literal("a"))),
    ("x.f == a", Check(F, "=", "", Literal("a"))),
    ("x.f=<NA>", Check(F, "=", "", Literal("<NA>"))),
    ("x.f = and", Check(F, "=", "", Literal("and"))),
    ("x.f = /a/*", Check(F, "=", "", Literal("/a/*"))),
    (r"x.f = a\nb", Check(F, "=", "", Literal(r"a\nb"))),
    (r'x.f = "a\nb\"\x41\\c"', Check(F, "=", "", Literal('a\nb"A\\c', True))),
    (r"x.f = 'it\'s'", Check(F, "=", "", Literal("it's", True))),
    (r'x.f = "\xff"', Check(F, "=", "", Literal("\udcff", True))),
    (r'x.f = "a\ b"', Check(F, "=", "", Literal("a\\b", True))),
    ('x.f = "it\'s"', Check(F, "=", "", Literal("it's", True))),
    ("x.f = ''", Check(F, "=", "", Literal("", True))),
    ("x.f>-1", Check(F, ">", "", Literal("-1"))),
    ("x.f >= 3.5e+2", Check(F, ">=", "", Literal("3.5e+2"))),
    ("x.f < 0x1F", Check(F, "<", "", Literal("0x1F"))),
    ("x.f in ()", Check(F, "in", "", words())),
    ("x.f in(a,b , c)", Check(F, "in", "", words("a", "b", "c"))),
    ("x.f in shells", Check(F, "in", "", ListLiteral((Literal("shells"),), True))),
    ('x.f intersects ("a b")', Check(F, "intersects", "", ListLiteral((Literal("a b", True),)))),
    ("x.f pmatch (/etc, /usr)", Check(F, "pmatch", "", words("/etc", "/usr"))),
    ("x.f startswith anyof (a)", Check(F, "startswith", "anyof", words("a"))),
    ("x.f = oneof(a)", Check(F, "=", "oneof", words("a"))),
    ("x.f = allof names", Check(F, "=", "allof", ListLiteral((Literal("names"),), True))),
    ("x.f = anyof and a", And((Check(F, "=", "", Literal("anyof")), A))),
    ("x.f =anyof", Check(F, "=", "", Literal("anyof"))),
    ("x.f contains\n'a'", Check(F, "contains", "", Literal("a", True))),
    ("x.f = tolower", Check(F, "=", "", Literal("tolower"))),
    ("x.f = tolower(x.g)", Check(F, "=", "", Transform("tolower", (G,)))),
    ("x.f in val(x.g)", Check(F, "in", "", Transform("val", (G,)))),
    ("x.f > val( x.g )", Check(F, ">", "", Transform("val", (G,)))),
    ("len(tolower(x.f)) > 3", Check(Transform("len", (Transform("tolower", (F,)),)), ">", "", Literal("3"))),
    (
        'join(",", (x.f, "b", 3)) = a',
        Check(Transform("join", (Literal(",", True), ListLiteral((F, Literal("b", True), Literal("3"))))), "=", "", Literal("a")),
    ),
    ('getopt((x.f), "o:")[o] exists', Check(Transform("getopt", (ListLiteral((F,)), Literal("o:", True)), "o"), "exists", "", None)),
    ("x.f[2] = a", Check(FieldExpr("x.f", "2"), "=", "", Literal("a"))),
    ('x.f["A B"] = a', Check(FieldExpr("x.f", "A B"), "=", "", Literal("a"))),
    ("x.f[/a*] = a", Check(FieldExpr("x.f", "/a*"), "=", "", Literal("a"))),
    ("x.f.g_1=a", Check(FieldExpr("x.f.g_1"), "=", "", Literal("a"))),
]


@pytest.mark.parametrize("text, tree", TREES, ids=lambda each: each if isinstance(each, str) else "")
@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
def test_tree(text, tree, dialect):
    assert parse(text, dialect) == tree


# condition, column of the finding, how it begins
ERRORS = [
    ("", 1, "F002 the condition is empty"),
    (" \n ", 1, "F002 the condition is empty"),
    ("()", 2, "F001 expected a check, a macro or a '(', found ')'"),
    ("a b", 3, "F001 expected 'and' or 'or', found 'b'"),
    ("a and", 3, "F001 'and' needs a blank or a '(' behind it"),
    ("a and ", 7, "F001 expected a check, a macro or a '(', found the end"),
    ("a andb", 3, "F001 'and' needs a blank or a '(' behind it"),
    ("a && b", 3, "F001 expected 'and' or 'or', found '&'"),
    ("(a or b", 8, "F001 expected 'and', 'or' or ')', found the end"),
    ("a)", 2, "F001 expected 'and' or 'or', found ')'"),
    ("x.f", 4, "F001 expected an operator, found the end"),
    ("x.f not contains a", 5, "F001 expected an operator, found 'not'"),
    ("x.f CONTAINS a", 5, "F001 expected an operator, found 'CONTAINS'"),
    ("x.f containsa", 5, "F001 expected an operator, found 'containsa'"),
    ("x.f=", 5, "F001 expected a value, found the end"),
    ("x.f=(a)", 5, "F001 expected a value, found '('"),
    ("x.f===a", 6, "F001 expected a value, found '='"),
    ("x.f>a", 5, "F001 expected a number or a transformer, found 'a'"),
    ("x.f in (a b)", 11, "F001 expected a ')', found 'b'"),
    ("x.f in (a,)", 11, "F001 expected a value, found ')'"),
    ("x.f in /a", 8, "F001 expected a list, found '/'"),
    ("x.f='a", 5, "F006 no ' closes this text"),
    (r"x.f='a\.b'", 7, r"F004 '\.' is no escape"),
    (r"x.f='a\"b'", 7, "F004 '\\\"' is no escape"),
    (r'x.f="a\xb"', 7, r"F004 '\x' is no escape"),
    ("x.f[]=a", 4, "F001 expected an operator, found '['"),
    ("x.f[ 1 ]=a", 4, "F001 expected an operator, found '['"),
    ("x.f=val(a)", 9, "F001 expected a field, found 'a'"),
    ("x.f=val(x.g a", 13, "F001 expected a ')', found 'a'"),
    ("val(x.f)=a", 4, "F001 expected 'and' or 'or', found '('"),
    ("tolower(a)=a", 9, "F001 expected a field or a value, found 'a'"),
    ("a\0", 2, "F001 a condition cannot hold a zero byte"),
    ("x.f = \ud800", 7, "F001 not a character"),
]


@pytest.mark.parametrize("text, column, words", ERRORS, ids=[repr(row[0]) for row in ERRORS])
def test_error(text, column, words):
    with pytest.raises(BadInput) as caught:
        parse(text)
    (problem,) = caught.value.problems
    assert (f"{problem.code} {problem.text}", problem.place.column) == (words, column)


def test_an_error_stands_in_its_source():
    text = "a and\nx.f = (b)"
    for _ in range(2):
        with pytest.raises(BadInput) as caught:
            parse(text, source=Source(text, "rules.yaml"))
        place = caught.value.problems[0].place
        assert (place.file, place.line, place.column) == ("rules.yaml", 2, 7)
        assert caught.value.problems[0].source == "x.f = (b)"


def test_operand():
    assert parse_operand("x.f[1]") == FieldExpr("x.f", "1")
    assert parse_operand("toupper(x.f)") == Transform("toupper", (F,))
    with pytest.raises(BadInput):
        parse_operand("x.f = a")


def test_depth_has_a_limit():
    assert parse("(" * 100 + "a" + ")" * 100) == A
    assert isinstance(parse("not (" * 100 + "a" + ")" * 100), Reference)
    with pytest.raises(BadInput, match="deeper"):
        parse("(" * 101 + "a" + ")" * 101)
    assert parse("x.f = '" + "(" * 500 + "'") == Check(F, "=", "", Literal("(" * 500, True))


HOSTILE = [
    "not " * 20000 + "a", "(" * 50000, '"' * 50000, "x.f=" + "a" * 200000, "x.f in (" + "a," * 20000 + "b)", "a" * 200000, "a" + " or a" * 20000,
    "x.f[" * 10000, 'x.f="' + '\\"' * 50000, "x.f = anyof " + " " * 200000, "val(" * 10000, "x.f = " + "tolower(" * 10000, "x" + ".f" * 50000 + "[",
    "a" + "(b" * 10000, "x.f = " + "'a'" * 20000, "x.f[\"" + "\\\"" * 50000, "not" * 50000, "and " * 20000, "\\" * 50000,
    "x.f=0x" + "f" * 100000 + "(",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda each: each[:12])
def test_hostile_texts_end_soon(text):
    start = time.process_time()
    with suppress(BadInput):
        parse(text)
    assert time.process_time() - start < 2


@settings(max_examples=500)
@given(
    st.lists(
        st.sampled_from("a b.c and or not ( ) = != > in exists 'x' \" , [ ] 1 tolower( val( \\ anyof contains \n regex".split(" ")),
        max_size=12,
    )
)
def test_any_row_of_words_is_a_tree_or_a_problem(row):
    text = " ".join(row)
    try:
        parse(text)
    except BadInput as bad:
        (problem,) = bad.problems
        assert 1 <= problem.place.column <= len(text) + 1
