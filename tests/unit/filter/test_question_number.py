"""Numbers: signedness decides how they compare."""

import pytest
from unit.filter.world import checked, compiled, natively

BIG = 2**64 - 1


@pytest.mark.parametrize(
    "text, name, value, verdict",
    [
        ("t.uint > 1", "t.uint", BIG, True),
        ("t.int > 1", "t.int", -1, False),
        ("t.uint in (18446744073709551615)", "t.uint", BIG, True),
        ("t.int in (-1)", "t.int", -1, True),
        ("t.double > 1", "t.double", 1.5, True),
        ("t.double in (1, 2)", "t.double", 2.0, True),
        ("t.double = anyof (1, 2)", "t.double", 1.5, False),
        ("t.ports in (80)", "t.ports", [443, 80], True),
        ("t.within = 5", "t.within", 5, True),
        ("t.within = 5", "t.within", 6, False),
    ],
)
def test_numbers(text, name, value, verdict):
    assert bool(natively(compiled(checked(text).tree), {name: value})) is verdict


def test_a_long_list():
    text = f"t.int in ({', '.join(map(str, range(0, 3000, 3)))})"
    program = compiled(checked(text).tree)
    assert [bool(natively(program, {"t.int": number})) for number in (0, 1, 2997, 3000)] == [True, False, True, False]
