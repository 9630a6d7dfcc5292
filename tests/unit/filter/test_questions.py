"""Existence, modifiers, two fields."""

import pytest
from unit.filter.world import checked, compiled, natively


@pytest.mark.parametrize(
    "text, values, verdict",
    [
        ("t.text exists", {"t.text": b""}, True),
        ("t.text exists", {}, False),
        ("t.list exists", {"t.list": []}, True),
        ("t.text = val(t.other)", {"t.text": b"a", "t.other": b"a"}, True),
        ("t.text = val(t.other)", {"t.text": b"a"}, False),
        ("t.text != val(t.other)", {"t.other": b"a"}, False),
        ("t.uint > val(t.uint)", {"t.uint": 5}, False),
        ("t.int <= val(t.more)", {"t.int": -5, "t.more": 5}, True),
        ("t.double >= val(t.double)", {"t.double": 0.5}, True),
        ("t.ip = val(t.ip)", {"t.ip": bytes(4)}, True),
        ("t.buffer contains val(t.buffer)", {"t.buffer": b"\0a"}, True),
        ("tolower(t.list) in val(t.list)", {"t.list": [b"a"]}, True),
        ("tolower(t.list) intersects val(t.list)", {"t.list": [b"A", b"b"]}, True),
        ("tolower(t.list) in val(t.list)", {"t.list": [b"A", b"b"]}, False),
        ("t.text glob oneof (a*, '*b')", {"t.text": b"ab"}, False),
        ("t.text glob allof (a*, '*b')", {"t.text": b"ab"}, True),
        ("t.int = anyof (1, 2)", {"t.int": 2}, True),
        ("t.any startswith anyof (x, b)", {"t.any": [b"a", b"b"]}, True),
    ],
)
def test_question(text, values, verdict):
    assert bool(natively(compiled(checked(text).tree), values)) is verdict
