"""Questions remember what they saw, and never too much."""

from unit.filter.world import FIELDS, OPEN, STATE, checked, compiled, event, natively

from firmer.filter.given import VALUES
from firmer.filter.program import AtomTable, RuleProgram


def test_the_same_object_gets_the_same_answer():
    program = compiled(checked("t.text in (a, b) and t.text contains a").tree)
    same = b"a"
    assert [natively(program, {"t.text": value}) for value in (same, same, b"b", same, b"".join([b"a"]))] == [[0], [0], [], [0], [0]]


def test_a_memory_does_not_leak_from_value_to_value_of_a_list():
    program = compiled(checked("t.any in (x)").tree)
    assert natively(program, {"t.any": [b"a", b"x"]}) == [0]
    assert natively(program, {"t.any": [b"a"]}) == []
    assert natively(program, {"t.any": []}) == []
    assert natively(program, {}) == []


def test_an_atom_is_asked_once_an_event():
    table = AtomTable("falco", FIELDS.slot)
    program = RuleProgram([checked("t.int = 1").tree, checked("not t.int = 1").tree], table)
    same = event(OPEN)
    VALUES.clear()
    VALUES["t.int"] = 1
    assert program.matches(same, STATE) == [0]
    VALUES["t.int"] = 2
    assert program.matches(same, STATE) == [0]
    assert program.matches(event(OPEN), STATE) == [1]


def test_questions_know_their_atom():
    table = AtomTable("falco", FIELDS.slot)
    tree = checked("t.int = 1").tree
    assert table.questions[table.number(tree)].atom == tree
