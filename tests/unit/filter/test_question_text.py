"""Texts and addresses: remembering must not change an answer."""

import pytest
from unit.filter.world import checked, compiled, natively

QUESTIONS = [
    "t.text in (ab, b)", "t.text contains b", "t.text icontains B", "t.text glob '*b'", "t.text iglob '*B'", "t.text regex '.*b'",
    "t.text pmatch (ab)",
    "t.text = ab", "t.text startswith ab", "t.text endswith b", "t.text >= 3",
]  # fmt: skip


@pytest.mark.parametrize("text", QUESTIONS)
def test_answers_follow_the_value(text):
    program = compiled(checked(text).tree)
    fits, does_not = b"".join([b"a", b"b"]), b"".join([b"!", b"!"])
    for value in (fits, fits, does_not, fits, b"".join([b"a", b"b"]), does_not, does_not):
        assert bool(natively(program, {"t.text": value})) is (value == b"ab")
        natively(program, {})


def test_bytes_with_zeros():
    program = compiled(checked("t.buffer bcontains 0061").tree, checked("t.buffer endswith a").tree)
    assert natively(program, {"t.buffer": b"x\0a"}) == [0, 1]
    assert natively(program, {"t.buffer": b"x\0b"}) == []


def test_addresses():
    program = compiled(checked("t.ip in (1.2.3.4, ::1)").tree, checked("t.nets != 1.2.0.0/16").tree)
    assert natively(program, {"t.ip": bytes([1, 2, 3, 4]), "t.nets": [bytes([9, 2, 3, 4])]}) == [0, 1]
    assert natively(program, {"t.ip": bytes(16), "t.nets": [bytes([9, 2, 3, 4]), bytes([1, 2, 3, 4])]}) == []
