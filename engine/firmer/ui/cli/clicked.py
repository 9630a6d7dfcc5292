"""Verbs whose arguments click parses."""

import sys
from collections.abc import Sequence

import click

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


def lowered(message: str) -> str:
    """A message of click's as ours are: no capital, no full stop."""
    return message[:1].lower() + message[1:].rstrip(".")
