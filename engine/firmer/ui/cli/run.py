"""`firmer run`: the daemon in the foreground."""

import sys
from collections.abc import Sequence

import click
import msgspec

from firmer.app.config import load_config, printed
from firmer.app.run import Run, rules_of
from firmer.app.settings import Config
from firmer.app.signals import Signals
from firmer.capture.reader import Reader
from firmer.detect.replay import Report, exists
from firmer.errors import BadInput, FirmerError, UsageError
from firmer.live.privileges import account
from firmer.rules.ruleset import RuleSet
from firmer.ui.cli.problems import render, visible
from firmer.ui.cli.replay import print_summary


@click.command(short_help="rules over this host, live", epilog="firmer run --config /etc/firmer/firmer.yaml")
@click.option("--config", "path", metavar="FILE", help="configuration; without it the bundled rules run, and alerts go to standard output")
@click.option("-r", "--rules", multiple=True, metavar="PATH", help="rule file or folder in place of the configured ones; may be repeated")
@click.option("--replay", "capture", metavar="CAPTURE", help="events come from a capture, not from this host; needs no privileges")
@click.option("--check", is_flag=True, help="look at the configuration and the rules, say what is wrong, and end")
@click.option("--print-config", is_flag=True, help="print the configuration with all defaults, and end")
def command(path: str | None, rules: Sequence[str], capture: str | None, check: bool, print_config: bool) -> int:
    """Watch this host: alerts by rules, with what happened around them.

    SIGHUP reads the rules anew and opens files anew, SIGTERM and Ctrl-C end it: what was raised is delivered first, and a summary goes
    to standard error.
    """
    config = load_config(path) if path else Config()
    if rules:
        config = msgspec.structs.replace(config, rules_files=tuple(rules))
    if print_config:
        print(printed(config), end="")
        return 0
    ruleset = rules_of(config)
    for settings in config.outputs:
        settings.check()  # before the probe is loaded, which takes a while
    if config.user:
        account(config.user)
    if check:
        print(f"{len(ruleset.rules)} rules, {len(config.outputs)} outputs: fine")
        return 0
    if capture is not None and not exists(capture):
        raise UsageError(f"{capture}: no such capture; name a file, or - for standard input")
    with Signals() as signals:
        report = run_live(config, ruleset, signals) if capture is None else Run(config, Reader(capture), ruleset, tell, signals).run()
    print_summary(report)
    for error in report.errors:
        tell(error)
    return 1 if report.errors else 0


def run_live(config: Config, rules: RuleSet, signals: Signals) -> Report:
    from firmer.app.live import Live  # a capture needs none of it

    live = Live(config, rules.wanted)
    try:
        return Run(config, live.source, rules, tell, signals, live).run()
    finally:
        live.close()


def tell(what: FirmerError | OSError | str) -> None:
    if isinstance(what, BadInput):
        sys.stderr.write(render(what.problems))
    else:
        print(f"firmer: {visible(str(what))}", file=sys.stderr, flush=True)
