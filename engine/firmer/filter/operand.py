"""A field as somebody wrote it, as the operand of a checked tree."""

from __future__ import annotations

from collections.abc import Callable

from firmer.fields.registry import Field
from firmer.filter.tree import KINDS, MANY, Operand

Find = Callable[[str, str], tuple[Field, str | None]]


def field_operand(text: str, dialect: str, find: Find) -> tuple[Field, Operand]:
    """The field and its operand; raises UnknownField, BadArgument."""
    field, argument = find(text, dialect)
    slot = field.slot(text, argument, dialect)
    return field, Operand(text, type_name(field, slot.argument, dialect), KINDS[slot.kind], MANY[slot.many], is_field=True)


def type_name(field: Field, argument: object, dialect: str) -> str:
    """Type of a field with this argument, by its Falco name."""
    if field.type_of is not None:
        return field.type_of(argument, dialect)
    return field.sysdig_type if dialect == "sysdig" else field.type
