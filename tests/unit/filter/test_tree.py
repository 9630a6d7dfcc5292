"""Names in the checked tree are those that slots have."""

from unit.filter.world import FIELDS, checked

from firmer.filter.tree import MANY, NUMBERS

EXPECTED = {
    "t.text": ("text", "one"), "t.buffer": ("buffer", "one"), "t.int": ("signed", "one"), "t.uint": ("unsigned", "one"), "t.bool": ("bool", "one"),
    "t.port": ("port", "one"), "t.double": ("double", "one"), "t.ip": ("ip", "one"), "t.net": ("net", "one"), "t.any": ("text", "any"),
    "t.ports": ("port", "either"), "t.list": ("text", "list"), "t.within": ("unsigned", "within"),
}  # fmt: skip


def test_kinds_and_manys_are_those_of_slots():
    found = {name: checked(f"{name} exists").tree.left for name in EXPECTED}
    assert {name: (operand.kind, operand.many) for name, operand in found.items()} == EXPECTED


def test_every_many_has_a_field_here():
    assert {checked(f"{name} exists").tree.left.many for name in FIELDS.fields} == set(MANY)
    assert {"signed", "unsigned", "port", "bool"} == NUMBERS
