"""Fields of systems that are no more."""

import pytest

from firmer.fields.catalog import FIELDS

RETIRED = [field for field in FIELDS.values() if field.retired]


@pytest.mark.parametrize("field", RETIRED, ids=lambda field: field.name)
def test_retired_fields_never_have_a_value(ask, field):
    assert ask(field.name, ("close<", 100, 0, 3), dialect="sysdig") is None
    assert "retired" in field.help


ARGUMENTS = ["span.tag[1]", "span.arg.name", "mesos.task.label.app", "evtin.span.p.tag[0]", "marathon.app.label.a-b/c"]


@pytest.mark.parametrize("text", ARGUMENTS)
def test_their_arguments_are_taken(ask, text):
    assert ask(text, ("close<", 100, 0, 3), dialect="sysdig") is None


def test_whole_classes_are_retired():
    classes = {"mesos", "marathon", "span", "evtin"}
    assert {field.name.partition(".")[0] for field in RETIRED} - {"evt"} == classes
    assert all(field.retired for field in FIELDS.values() if field.name.partition(".")[0] in classes)
