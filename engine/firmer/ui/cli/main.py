"""`firmer VERB …`: finds the verb, runs it, turns errors into one message and an exit status.

Exit status: 0 fine; 1 the answer is no, or it failed; 2 asked wrongly. This module imports nothing that `--version` does not need.
"""

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from firmer.errors import BadInput, FirmerError, UsageError
from firmer.ui.cli.catalog import VERBS, Verb

INTERRUPTED = 130  # as a shell reports SIGINT
USAGE = """\
Usage: firmer VERB [OPTIONS] [ARGUMENTS]

  Detect what should not happen on Linux hosts, from system calls, live or in .scap captures.

{verbs}

      --version  print the version
  -h, --help     print this; after a verb, what the verb takes

  firmer demo
"""


def usage() -> str:
    width = max(len(verb.name) for verb in VERBS)
    return USAGE.format(verbs="\n".join(f"  {verb.name:{width}}  {verb.help}" for verb in VERBS))


def find(name: str) -> Verb:
    """The verb of that name; UsageError with the nearest ones when there is none."""
    for verb in VERBS:
        if verb.name == name:
            return verb
    from difflib import get_close_matches

    near = get_close_matches(name, [verb.name for verb in VERBS], n=1)
    hint = f"did you mean '{near[0]}'?" if near else "'firmer --help' lists the verbs"
    raise UsageError(f"no such {'option' if name.startswith('-') else 'verb'}: '{name}'; {hint}")


def dispatch(args: Sequence[str]) -> int:
    if not args:
        sys.stderr.write(usage())
        return 2
    first, rest = args[0], list(args[1:])
    if first == "--version":
        from firmer import __version__

        print(f"firmer {__version__}")
        return 0
    if first in ("-h", "--help", "help"):
        sys.stdout.write(usage())
        return 0
    verb = find(first)
    command = import_module(f"firmer.ui.cli.{verb.module}").command
    if hasattr(command, "main"):
        from firmer.ui.cli.clicked import run

        return run(command, f"firmer {verb.name}", rest)
    status: int = command(rest)
    return status


def report(error: FirmerError) -> int:
    """One message on standard error; the exit status that goes with it."""
    if isinstance(error, BadInput):
        from firmer.ui.cli.problems import render

        sys.stderr.write(render(error.problems))
    else:
        print(f"firmer: {error}", file=sys.stderr)
    return 2 if isinstance(error, UsageError) else 1


def run(args: Sequence[str]) -> int:
    """The exit status of one command line."""
    try:
        status = dispatch(args)
        sys.stdout.flush()
        return status
    except FirmerError as error:
        return report(error)
    except BrokenPipeError:
        # whoever read our output has seen enough; what is still buffered must not raise once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        if error.filename is None:
            raise
        print(f"firmer: {os.fsdecode(error.filename)}: {error.strerror}", file=sys.stderr)
        return 1


def main() -> None:
    # Start-up makes many objects that stay; looking at them again and again for garbage takes a sixth of it. The verbs that run long
    # turn the collector on again when they are ready.
    gc.disable()
    status = run(sys.argv[1:])
    sys.stderr.flush()
    # all is written and closed: taking the interpreter apart piece by piece would only cost time
    os._exit(status)
