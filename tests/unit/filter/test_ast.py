"""Trees of conditions: equal when they ask the same, wherever they stand."""

from firmer.filter.ast import And, FieldExpr, Literal
from firmer.filter.parse import parse


def test_places_do_not_matter_for_equality():
    assert parse("  proc.name   = a and (fd.num=3)") == parse("proc.name=a and fd.num = 3")
    assert hash(Literal("a", False, 1, 2)) == hash(Literal("a", False, 5, 1))


def test_quotes_matter():
    assert parse("proc.name = a") != parse("proc.name = 'a'")


def test_a_field_shows_its_argument():
    assert FieldExpr("proc.aname", "2").text == "proc.aname[2]"
    assert FieldExpr("proc.aname").text == "proc.aname"


def test_nodes_know_their_place():
    text = "  not proc.name = a and (fd.num = 3 or spawned)"
    tree = parse(text)
    assert isinstance(tree, And)
    first, second = tree.children
    assert text[first.at :][: first.length] == "not proc.name = a"
    assert text[second.at :][: second.length] == "fd.num = 3 or spawned"
    assert text[second.children[0].right.at :][: second.children[0].right.length] == "3"
