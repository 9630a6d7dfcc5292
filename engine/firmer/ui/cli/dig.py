"""`firmer dig`: sysdig's own arguments and output, live and on captures."""

import sys
from collections.abc import Sequence

from firmer import __version__
from firmer.errors import BadInput
from firmer.ui.cli.dig_options import BadOption, Option, read, usage

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
    "m": CONTAINER_LINE.format(name="%mesos.task.name"),
    "mesos": CONTAINER_LINE.format(name="%mesos.task.name"),
}
LISTED_AT_ONCE = ("list-chisels", "chisel-info")
LISTED_AT_THE_END = ("list", "list-markdown", "list-events")


def command(args: Sequence[str]) -> int:
    words: list[str] = []
    terminal = sys.stdout.isatty()
    settings: dict[str, object] = {"format": TERMINAL_LINE if terminal else DEFAULT_LINE, "escape": terminal}
    listing: Option | None = None
    for option, value in read(args, words):
        if option.key in LISTED_AT_THE_END:
            listing = option
            continue
        status = act(option, value, settings)
        if status is not None:
            return status
    if listing is not None:
        return listed(listing.key, "verbose" if "verbose" in settings else "")
    if "explain" in settings:
        return explained(" ".join(words))
    if "captures" in settings and settings.keys() & {"pid", "cgroup", "container", "enters"}:
        raise BadOption("--pid, --cgroup, --container and --enter concern live events, not captures (-r)")
    # imported here: a mistake in the arguments is told before anything heavy is loaded
    from firmer.detect.dig import Dig

    captures: tuple[str, ...] = settings.pop("captures", ())  # type: ignore[assignment]
    form = str(settings["format"])
    settings["colours"] = "\\e" in form or "\x1b" in form or (terminal and form in NAMED_LINES.values())
    try:
        status = Dig(filter=" ".join(words), **settings).run(captures, sys.stdout.buffer)  # type: ignore[arg-type]
    except BadInput as error:
        print(error, file=sys.stderr)  # a filter, which sysdig refuses in the same words
        return 1
    return status


def explained(text: str) -> int:
    """--explain: what becomes of the filter."""
    from firmer.filter.explain import explain
    from firmer.filter.sysdig import check_sysdig

    if not text:
        raise BadOption("--explain needs a filter: firmer dig --explain 'evt.type=open'")
    try:
        print(explain(check_sysdig(text)), end="")
    except BadInput as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def act(option: Option, value: str, settings: dict[str, object]) -> int | None:
    """What one option does: set a setting, or answer at once with an exit status."""
    if option.key == "chisel" and value == "l":
        return listed("list-chisels", "")
    if option.refusal:
        raise BadOption(f"-{option.short or '-' + option.long} {option.refusal}")
    if option.key in LISTED_AT_ONCE:
        return listed(option.key, value)
    if option.key == "help":
        print(usage())
        return 0
    if option.key in ("version", "libs-version"):
        print(f"firmer {__version__}")
        return 0
    if option.key == "print":
        if value == "p":
            print(settings["format"])
            return 0
        settings["format"] = NAMED_LINES.get(value, value)
    elif option.setting == "captures":
        settings["captures"] = (*settings.get("captures", ()), value)  # type: ignore[misc]
    elif option.setting == "buffers" and "buffers" in settings:
        raise BadOption("you cannot specify more than one output format")
    elif option.setting:
        settings[option.setting] = option.take(value) if option.value else option.constant
    return None


def listed(key: str, value: str) -> int:
    from firmer.ui.cli.listings import run  # only here: it loads the catalog of fields

    return run(key, value)
