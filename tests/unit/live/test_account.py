"""Counters of the probe against what came."""

import pytest
from rings import STAT, STAT_TYPES, FakeProbe
from scap import CLOSE_X

from firmer.live.account import Account


def test_counters_of_too_few_cpus_are_refused():
    with pytest.raises(ValueError, match="2 CPUs"):
        Account(bytes(STAT_TYPES * STAT.size), 2)


def test_it_adds_up_by_cpu_and_type():
    probe = FakeProbe()
    account = Account(probe.stats, probe.cpus)
    probe.count(CLOSE_X, 0, produced=7, dropped=2)
    probe.count(CLOSE_X, 1, produced=5, big=1)
    assert account.lost() == 3
    assert account.missing() == 12 - 3
    assert [(row.name, row.cpu, row.produced, row.dropped, row.big, row.missing) for row in account.rows()] == [
        ("< close", 0, 7, 2, 0, 5),
        ("< close", 1, 5, 0, 1, 4),
    ]
    assert account.total().produced == 12


def test_what_is_kept_survives_the_probe():
    probe = FakeProbe()
    account = Account(probe.stats, probe.cpus)
    probe.count(CLOSE_X, produced=7)
    account.keep()
    probe.stats.close()
    assert account.missing() == 7
