"""Operands of fields."""

import pytest

from firmer.fields import catalog
from firmer.fields.registry import BadArgument, UnknownField
from firmer.filter.operand import field_operand


def test_operand():
    field, operand = field_operand("proc.aname[2]", "sysdig", catalog.find)
    assert (field.name, operand.type, operand.kind, operand.many, operand.is_field) == ("proc.aname", "CHARBUF", "text", "one", True)
    assert field_operand("proc.aname", "falco", catalog.find)[1].many == "any"


def test_type_of_the_argument():
    assert field_operand("evt.rawarg.res", "sysdig", catalog.find)[1].type == "INT64"


def test_refused():
    with pytest.raises(UnknownField):
        field_operand("no.such", "sysdig", catalog.find)
    with pytest.raises(BadArgument):
        field_operand("evt.around", "sysdig", catalog.find)
