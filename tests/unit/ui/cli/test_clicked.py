"""click's verbs end as all verbs do: an exit status, and errors in one line of ours."""

import click
import pytest

from firmer.ui.cli.clicked import run


@click.command()
@click.option("--number", type=int)
def verb(number):
    if number == 3:
        raise click.ClickException("Three is not allowed.")
    if number == 4:
        raise click.Abort
    return number


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        ([], 0, ""),
        (["--number", "1"], 1, ""),
        (["--number", "3"], 1, "firmer: three is not allowed\n"),
        (["--number", "x"], 2, "firmer: invalid value for '--number': 'x' is not a valid integer; 'firmer verb --help' tells more\n"),
        (["--help"], 0, ""),
    ],
)
def test_status_and_message(args, status, message, capsys):
    assert run(verb, "firmer verb", args) == status
    assert capsys.readouterr().err == message


def test_abort_is_an_interrupt():
    with pytest.raises(KeyboardInterrupt):
        run(verb, "firmer verb", ["--number", "4"])
