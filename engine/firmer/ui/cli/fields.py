"""`firmer fields`: the fields that conditions and outputs may name."""

import json
from collections.abc import Iterator
from itertools import groupby

import click

from firmer.fields.catalog import FIELDS
from firmer.fields.registry import DIALECTS, Field

HELP_COLUMN = 34  # the longest names run over
ARGUMENT = {"": "", "optional": "[…]", "required": "[…]"}


def class_of(field: Field) -> str:
    return field.name.partition(".")[0]


def shown(names: tuple[str, ...], dialect: str | None) -> Iterator[Field]:
    """Fields by class; hidden ones only when they are named."""
    for field in sorted(FIELDS.values(), key=class_of):
        if (dialect is None or dialect in field.dialects) and (not field.hidden if not names else {field.name, class_of(field)} & {*names}):
            yield field


def line(field: Field) -> str:
    name = f"  {field.name}{ARGUMENT[field.argument]}"
    notes = [] if len(field.dialects) == len(DIALECTS) else [f"{' '.join(sorted(field.dialects))} only"]
    notes += ["conditions only"] if field.filter_only else []
    notes += ["deprecated"] if field.deprecated else []
    note = f" ({'; '.join(notes)})" if notes else ""
    return f"{name:{HELP_COLUMN}}{field.type:10} {field.help}{note}"


def record(field: Field) -> str:
    return json.dumps(
        {
            "name": field.name,
            "type": field.type,
            "list": field.is_list,
            "argument": field.argument,
            "help": field.help,
            "example": field.example,
            "dialects": sorted(field.dialects),
            "filter_only": field.filter_only,
            "deprecated": field.deprecated,
        }
    )


@click.command(epilog="firmer fields proc fd.name")
@click.argument("names", nargs=-1, metavar="[NAME|CLASS]...")
@click.option("--dialect", type=click.Choice(DIALECTS), help="only what this one knows: falco in rules, sysdig in dig and chisels")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line")
def command(names: tuple[str, ...], dialect: str | None, as_json: bool) -> int:
    """List the fields that conditions and outputs may name, with type and meaning."""
    found = list(shown(names, dialect))
    if as_json:
        for field in found:
            print(record(field))
    else:
        for name, group in groupby(found, class_of):
            print(name)
            for field in group:
                print(line(field))
    if not found:
        click.echo("firmer: no field or class of that name", err=True)
    return 0 if found else 1
