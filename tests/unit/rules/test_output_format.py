"""Output texts: literals and places."""

import pytest

from firmer.errors import BadInput
from firmer.filter.source import Source
from firmer.rules.output_format import parse_layout


def layout(text: str) -> list:
    """Literals and places in turn; a place as (text, width, fields)."""
    found = parse_layout(Source(text))
    parts: list = []
    for literal, place in zip(found.literals, [*found.places, None], strict=True):
        if literal:
            parts.append(literal.decode())
        if place:
            parts.append((place.operand.text, place.width, *(field.text for field in place.fields)))
    return parts


def field(text: str, width: int = 0) -> tuple:
    return text, width, text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("no field", ["no field"]),
        ("a %proc.name b", ["a ", field("proc.name"), " b"]),
        ("*of %proc.name[] in (%proc.pid)", ["of ", field("proc.name"), "[] in (", field("proc.pid"), ")"]),
        ("%proc.name%proc.pid", [field("proc.name"), field("proc.pid")]),
        ("%proc.name.x", [field("proc.name"), ".x"]),
        ("%proc.aname[2] %proc.aname", [field("proc.aname[2]"), " ", field("proc.aname")]),
        ("%proc.aname[2", [field("proc.aname[2")]),
        ("%proc.env[A]", [field("proc.env[A]")]),
        ("%evt.arg.flags, %evt.arg[0]", [field("evt.arg.flags"), ", ", field("evt.arg[0]")]),
        ("%fd.ip %fd.types", [field("fd.ip"), " ", field("fd.types")]),
        ("%10proc.name|%0evt.num", [field("proc.name", 10), "|", field("evt.num")]),
        ("%toupper(proc.name)", [("toupper(proc.name)", 0, "proc.name")]),
        ("%toupper(basename(proc.exepath))!", [("toupper(basename(proc.exepath))", 0, "proc.exepath"), "!"]),
        ("%concat(proc.name,proc.pname)", [("concat(proc.name, proc.pname)", 0, "proc.name", "proc.pname")]),
        ('%concat(proc.name, ")") x', [('concat(proc.name, ")")', 0, "proc.name"), " x"]),
        ("%len(fd.types)", [("len(fd.types)", 0, "fd.types")]),
        ('{"a": "%proc.name", "tab": "\t"}', ['{"a": "', field("proc.name"), '", "tab": "\t"}']),
    ],
)
def test_texts_are_taken_apart(text, parts):
    assert layout(text) == parts


@pytest.mark.parametrize(
    ("text", "column", "code"),
    [
        ("%", 1, "R030"),
        ("100%", 4, "R030"),
        ("a %12", 3, "R030"),
        ("%%", 1, "R031"),
        ("100% sure", 4, "R031"),
        ("o %proc.nam", 3, "R031"),
        ("%evt.arg", 1, "R031"),
        ("%evt.arg[name]", 1, "R031"),
        ("%toupper(proc.nosuch)", 2, "R031"),
        ("%toupper(proc.name", 1, "R031"),
        ("%nosuch(proc.name)", 1, "R031"),
        ("%val(proc.name)", 1, "R031"),
        ('%join(",", proc.args)', 1, "R031"),
        ("%concat(proc.name)", 2, "R031"),
        ("%jevt.value[/a]", 1, "R031"),
    ],
)
def test_what_cannot_be_printed_is_refused(text, column, code):
    with pytest.raises(BadInput) as error:
        parse_layout(Source(text))
    (problem,) = error.value.problems
    assert (problem.place.column, problem.code) == (column, code)


def test_the_nearest_field_is_suggested():
    with pytest.raises(BadInput) as error:
        parse_layout(Source("o %proc.nmae"))
    assert "%proc.name" in error.value.problems[0].hint


def test_old_fields_are_warned_of():
    assert [problem.code for problem in parse_layout(Source("%evt.dir")).problems] == ["R053"]
