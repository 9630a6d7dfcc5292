"""`firmer dig`: sysdig's own arguments and output, on captures.

Words are permuted as getopt does: options may stand before, between and after the words of the filter. Which options there are is
declared once, in OPTIONS; short and long forms, help and the parser come from it.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from getopt import GetoptError, gnu_getopt

from firmer.errors import UsageError


@dataclass(frozen=True, slots=True)
class Option:
    """One option of sysdig's: `value` names its argument, empty for a switch; `short` is empty where there is none."""

    key: str
    short: str
    long: str
    value: str
    help: str


OPTIONS = (
    Option("compress", "z", "compress", "", "with -w: write the capture gzip-compressed"),
    Option("display", "d", "displayflt", "", "filter what is shown, not what is read (the state is complete either way)"),
    Option("format", "p", "print", "FORMAT", "print each event as FORMAT says; -pc and -pk add the container"),
    Option("help", "h", "help", "", "print this"),
    Option("limit", "n", "numevents", "N", "stop after N events"),
    Option("quiet", "q", "quiet", "", "print no events"),
    Option("read", "r", "readfile", "FILE", "read this capture; may be repeated; - is standard input"),
    Option("time", "t", "timetype", "MODE", "time column: h time of day, a absolute, r since the start, d latency, D since the last event"),
    Option("write", "w", "writefile", "FILE", "write the events that pass to a new capture"),
)
DEFAULT_LINE = "*%evt.num %evt.outputtime %evt.cpu %proc.name (%thread.tid) %evt.dir %evt.type %evt.info"
CONTAINER_LINE = (
    "*%evt.num %evt.outputtime %evt.cpu {name} (%container.id) %proc.name (%thread.tid:%thread.vtid) %evt.dir %evt.type %evt.info"
)
TERMINAL_LINE = (
    "*%evt.num %evt.outputtime %evt.cpu \\e[01;32m%proc.name\\e[00m (\\e[01;36m%proc.pid\\e[00m.%thread.tid) %evt.dir"
    " \\e[01;34m%evt.type\\e[00m %evt.info"
)
NAMED_LINES = {
    "c": CONTAINER_LINE.format(name="%container.name"),
    "container": CONTAINER_LINE.format(name="%container.name"),
    "k": CONTAINER_LINE.format(name="%k8s.pod.name"),
    "kubernetes": CONTAINER_LINE.format(name="%k8s.pod.name"),
}
TIME_MODES = "hardD"


def parse(args: Sequence[str]) -> tuple[dict[str, list[str]], str]:
    """(values by option key, filter text). Raises UsageError."""
    shorts = "".join(option.short + (":" if option.value else "") for option in OPTIONS)
    longs = [option.long + ("=" if option.value else "") for option in OPTIONS]
    try:
        pairs, words = gnu_getopt(list(args), shorts, longs)
    except GetoptError as error:
        raise UsageError(f"{error.msg}; 'firmer dig --help' lists the options that work so far") from error
    names = {"-" + option.short: option.key for option in OPTIONS} | {"--" + option.long: option.key for option in OPTIONS}
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(names[name], []).append(value)
    return values, " ".join(words)


def usage() -> str:
    rows = [
        f"  -{o.short}, --{o.long + (' ' + o.value if o.value else ''):22} {o.help}" for o in sorted(OPTIONS, key=lambda o: o.short.lower())
    ]
    return "\n".join(
        [
            "Usage: firmer dig [OPTIONS] [FILTER]",
            "",
            "  Print or write the events of a capture, with sysdig's arguments.",
            "",
            *rows,
            "",
            "  firmer dig -r attack.scap 'evt.type=execve and evt.dir=<'",
        ]
    )


def command(args: Sequence[str]) -> int:
    values, text = parse(args)
    if "help" in values:
        print(usage())
        return 0
    if "read" not in values:
        raise UsageError("dig reads captures only: name one with -r FILE (live events come with the probe)")
    limit = number(values["limit"][-1]) if "limit" in values else 0
    mode = values.get("time", ["h"])[-1]
    if len(mode) != 1 or mode not in TIME_MODES:
        raise UsageError(f"'{mode}' is no time mode; they are h, a, r, d and D")
    # imported here: a mistake in the arguments is told before anything heavy is loaded
    from firmer.detect.dig import Dig

    line = values.get("format", [TERMINAL_LINE if sys.stdout.isatty() else DEFAULT_LINE])[-1]
    dig = Dig(
        format=NAMED_LINES.get(line, line),
        filter=text,
        time=mode,
        limit=limit,
        quiet="quiet" in values,
        write=values["write"][-1] if "write" in values else None,
        compress="compress" in values,
    )
    return dig.run(values["read"], sys.stdout.buffer)


def number(text: str) -> int:
    """Argument of -n; -1 is no limit."""
    try:
        value = int(text)
    except ValueError:
        raise UsageError("can't parse the -n argument, make sure it's a number") from None
    if value == 0:
        raise UsageError("invalid event count 0")
    return max(value, 0)
