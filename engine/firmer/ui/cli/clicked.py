"""Verbs whose arguments click parses."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from firmer.ui.cli.options import Command, Option

HELP_WIDTH = 120  # columns, on terminals that have them


def run(command: click.Command, name: str, args: Sequence[str]) -> int:
    """Run a click command as part of `firmer`: its exit status, its usage errors in our words."""
    try:
        # not command.main(): that answers a closed pipe and the interrupt key itself
        with command.make_context(name, list(args), help_option_names=["-h", "--help"], max_content_width=HELP_WIDTH) as context:
            status = command.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.UsageError as error:
        print(f"firmer: {lowered(error.format_message())}; '{name} --help' tells more", file=sys.stderr)
        return 2
    except click.ClickException as error:
        print(f"firmer: {lowered(error.format_message())}", file=sys.stderr)
        return 1
    except click.Abort as error:
        raise KeyboardInterrupt from error
    return status if isinstance(status, int) else 0


class Taken(click.ParamType[Any]):
    """Values that the option makes itself."""

    name = "text"

    def __init__(self, option: Option) -> None:
        self.take = option.take

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return self.take(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def made(command: Command) -> click.Command:
    """The command for click, for what options.py does not read itself."""
    params: list[click.Parameter] = [click.Argument([command.words], nargs=-1, required=True, metavar=f"{command.words[:-1].upper()}...")]
    for option in command.options:
        kind = click.Choice(option.choices) if option.choices else option.take if option.take in (str, int) else Taken(option)
        shown: dict[str, Any] = {"is_flag": True} if option.is_switch else {"type": kind, "metavar": option.value or None}
        shown |= {} if option.default is None else {"default": option.default, "show_default": True}
        params.append(
            click.Option([*option.names.split(), option.key], help=option.help, multiple=option.many, required=option.required, **shown)
        )
    return click.Command(command.name, callback=command.run, params=params, help=command.run.__doc__, epilog=command.example)


def lowered(message: str) -> str:
    """A message of click's as ours are: no capital, no full stop."""
    return message[:1].lower() + message[1:].rstrip(".")
