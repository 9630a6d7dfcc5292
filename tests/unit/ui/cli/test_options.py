"""What is read without click is what click would have read."""

import click
import pytest

from firmer.ui.cli.clicked import made
from firmer.ui.cli.options import Command, Option


def evens(text: str) -> int:
    if int(text) % 2:
        raise ValueError(f"{text} is odd")
    return int(text)


def command(**found) -> int:
    """Help."""
    CALLS.append(found)
    return 3


CALLS: list[dict] = []
COMMAND = Command(
    "verb",
    "files",
    (
        Option("-r --rules", "needed", "PATH", many=True, required=True),
        Option("--json", "a switch"),
        Option("--which-one", "a choice", default="first", choices=("first", "all")),
        Option("--even", "made", "N", default="2", take=evens),
        Option("--jobs", "a number", "N", take=int),
        Option("-q --quiet", "another switch"),
    ),
    command,
    "firmer verb -r x y",
)
PLAIN = [
    "-r a f",
    "f -r a",
    "-r a -r b f g",
    "--rules a --rules=b f",
    "-r a --json --json f",
    "-r a -q f -",
    "-r a --which-one all f",
    "-r a --which-one all --which-one first f",
    "-r a --even 4 --jobs 7 f",
    "--rules= f",
    "-r a --jobs=-1 f",
]
ODD = [
    "",
    "f",
    "-r a",
    "-r",
    "-ra f",
    "-qr a f",
    "-r a -- f",
    "-r -q f",
    "-r a --which-one other f",
    "-r a --even 3 f",
    "-r a --even x f",
    "-r a --jobs x f",
    "-r a --json=1 f",
    "-r a --jso f",
    "-r a -z f",
    "-r a --jobs",
    "-h",
    "-r a f --help",
]


def by_click(args: list[str]) -> dict | None:
    CALLS.clear()
    try:
        with made(COMMAND).make_context("verb", args, help_option_names=["-h", "--help"]) as context:
            made(COMMAND).invoke(context)
    except (click.UsageError, click.exceptions.Exit):
        return None
    return CALLS.pop()


@pytest.mark.parametrize("line", PLAIN)
def test_plain_lines_are_read_as_click_reads_them(line):
    found = COMMAND.read(line.split())
    assert found == by_click(line.split())
    assert found is not None and all(type(value) in (tuple, str, int, bool, type(None)) for value in found.values())


@pytest.mark.parametrize("line", ODD)
def test_all_else_is_left_to_click(line, capsys):
    assert COMMAND.read(line.split()) is None
    CALLS.clear()
    expected = by_click(line.split())
    capsys.readouterr()
    status = COMMAND(line.split())
    said = capsys.readouterr()
    if expected is not None:
        assert status == 3 and [expected] == CALLS
    elif "-h" in line:
        assert status == 0 and "a choice" in said.out and "firmer verb -r x y" in said.out
    else:
        assert status == 2 and said.err.startswith("firmer: ") and not CALLS
