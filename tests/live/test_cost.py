"""The benchmark of the probe's cost measures what it says; how much that is, is for `make bench`."""

import shutil

import cost
import pytest
from live.stage import lacking


def test_every_case_is_measured(monkeypatch):
    reason = lacking() or (None if shutil.which("cc") else "no C compiler")
    if reason:
        pytest.skip(reason)
    produced = []
    emptied = cost.empty
    monkeypatch.setattr(cost, "empty", lambda probe: (produced.append(sum(row.produced for row in probe.counters())), emptied(probe)))
    best = cost.measure(1, 1, 500)
    assert set(best) == {(case, what) for case in cost.CASES for what in cost.WHAT}
    assert all(10 < value < 1e8 for value in best.values())
    of_another, not_wanted, with_event = produced[1], produced[3], produced[5]
    assert of_another == 0 and not_wanted < 20 and with_event - not_wanted > 500 + 2 * 500
