"""`firmer events`: the event types and their parameters."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from firmer.events.table import EVENT_FLAGS, PARAM_TYPES, event_types

if TYPE_CHECKING:
    from firmer.events.table import EventRow  # stands in the stub only


def flags_of(row: "EventRow") -> list[str]:
    return [name for bit, name in enumerate(EVENT_FLAGS) if row["flags"] >> bit & 1]


def rows(names: tuple[str, ...], old: bool) -> Iterator["EventRow"]:
    """The types that are still made, or all that captures may hold; never the unused numbers."""
    for row in event_types():
        flags = flags_of(row)
        if "unused" not in flags and (old or "old_version" not in flags) and (not names or row["name"] in names):
            yield row


def line(row: "EventRow") -> str:
    params = ", ".join(f"{PARAM_TYPES[kind]} {name}" for name, kind, _ in row["params"])
    return f"{row['dir']} {row['name']}({params})"


def record(row: "EventRow") -> str:
    params = [{"name": name, "type": PARAM_TYPES[kind]} for name, kind, _ in row["params"]]
    return json.dumps({**row, "flags": flags_of(row), "params": params})


@click.command(epilog="firmer events openat connect")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--old", is_flag=True, help="also the types that only older captures hold")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line")
def command(names: tuple[str, ...], old: bool, as_json: bool) -> int:
    """List the event types and their parameters, or those of some names."""
    shown = 0
    for row in rows(names, old):
        print(record(row) if as_json else line(row))
        shown += 1
    if not shown:
        click.echo("firmer: no event type of that name", err=True)
    return 0 if shown else 1
