"""What conditions mean: the tables in cases/ hold for the reference evaluator."""

import pytest
from unit.filter.world import by_reference, checked, rows, values


@pytest.mark.parametrize("given, text, verdict", [pytest.param(*row[1:], id=row[0]) for row in rows()])
def test_reference_decides_as_the_table(given, text, verdict):
    assert by_reference(checked(text).tree, values(given)) is verdict
