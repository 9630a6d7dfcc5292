"""Slots of transformers: computed once an event, missing when a part is missing."""

import pytest
from unit.filter.world import checked, compiled, natively

CASES = [
    ('concat(t.text, "x", t.other) = axb', {"t.text": b"a", "t.other": b"b"}, True),
    ('concat(t.text, "x", t.other) exists', {"t.text": b"a"}, False),
    ("len(t.text) = 2", {"t.text": b"ab\0c"}, True),
    ("len(t.buffer) = 4", {"t.buffer": b"ab\0c"}, True),
    ("len(t.list) = 2", {"t.list": [b"a", b"b"]}, True),
    ("tolower(t.list) in (a, b)", {"t.list": [b"A", b"B"]}, True),
    ("toupper(t.list) intersects (B)", {"t.list": [b"a", b"b"]}, True),
    ("b64(t.text) exists", {"t.text": b"!"}, False),
    ('join(",", (t.text, t.other)) = "a,b"', {"t.text": b"a", "t.other": b"b"}, True),
    ('join(",", (t.text, t.other)) exists', {"t.other": b"b"}, False),
]


@pytest.mark.parametrize("text, values, verdict", CASES, ids=[row[0] for row in CASES])
def test_call(text, values, verdict):
    program = compiled(checked(text).tree)
    assert bool(natively(program, values)) is verdict
    assert natively(program, {}) == []
    assert bool(natively(program, values)) is verdict


def test_equal_calls_share_a_slot():
    program = compiled(checked("len(t.text) = 2 or len(t.text) = 3 or len( t.text ) > 7").tree)
    program.steps_of(3)
    assert len({id(question) for question in program.table.questions}) == 3
    assert len({question.atom.left for question in program.table.questions}) == 1
