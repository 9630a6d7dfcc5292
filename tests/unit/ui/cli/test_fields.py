"""`firmer fields`."""

import json

import pytest

from firmer.fields.catalog import FIELDS
from firmer.ui.cli.main import run

pytestmark = pytest.mark.skipif(not FIELDS, reason="no field is declared")


def test_every_visible_field_is_listed(capsys):
    assert run(["fields", "--json"]) == 0
    names = [json.loads(line)["name"] for line in capsys.readouterr().out.splitlines()]
    assert sorted(names) == sorted(field.name for field in FIELDS.values() if not field.hidden)


def test_fields_stand_under_their_class(capsys):
    assert run(["fields", "fd"]) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == "fd"
    assert all(line.startswith("  fd.") for line in rest)


def test_one_field_by_name(capsys):
    assert run(["fields", "fd.name"]) == 0
    out = capsys.readouterr().out
    assert FIELDS["fd.name"].help in out and len(out.splitlines()) == 2


@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
def test_dialect_chooses(dialect, capsys):
    assert run(["fields", "--dialect", dialect, "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows and all(dialect in row["dialects"] for row in rows)


def test_nothing_of_that_name_is_said(capsys):
    assert run(["fields", "nope"]) == 1
    assert capsys.readouterr().err == "firmer: no field or class of that name\n"
