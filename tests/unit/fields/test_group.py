"""group.*."""

import pytest

CASES = [
    # field, tid, Falco's, sysdig's
    ("group.gid", 30, 1000, 1000),
    ("group.name", 30, "staff", "staff"),
    ("group.gid", 20, 0, 0),
    ("group.name", 20, "root", None),
    ("group.gid", 999, 4294967295, 4294967295),
    ("group.name", 999, "<NA>", None),
]


@pytest.mark.parametrize("field,tid,falco,sysdig", CASES)
def test_group(ask_worker, field, tid, falco, sysdig):
    event = ("kill<", tid, 0, 1, 15)
    assert ask_worker(field, event) == falco
    assert ask_worker(field, event, dialect="sysdig") == sysdig
