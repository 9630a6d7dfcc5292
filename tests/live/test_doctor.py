"""`firmer doctor` on this host, with the probe."""

import json

import pytest
from live.stage import lacking

from firmer.ui.cli.main import run


def test_an_event_goes_all_the_way(capsys):
    reason = lacking()
    if reason:
        pytest.skip(reason)
    status = run(["doctor", "--json"])
    rows = {row["name"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert status == 0, [row for row in rows.values() if row["status"] == "fail"]
    assert list(rows)[-3:] == ["probe", "syscalls", "event"]
    assert rows["event"]["status"] == "ok"
