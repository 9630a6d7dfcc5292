"""`firmer dig -l`, `-lv`, `--list-markdown`, `-L`, `-cl`, `-i NAME`: the lists that sysdig prints, laid out as it lays them out."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from firmer.chisels.installed import Chisel, chisels, find
from firmer.events.table import EVENT_FLAGS, PARAM_TYPES, event_types
from firmer.fields.catalog import FIELDS
from firmer.fields.registry import Field

RULE = "-" * 31
NAME_COLUMN = 30
LINE = 120  # sysdig's width, whatever the terminal's
CHISEL_COLUMN = 16
CHISEL_LINE = 79
ANY_EVENT = "evt.num evt.time evt.datetime evt.rawtime evt.reltime evt.pluginname evt.plugininfo".split()

# class as sysdig heads it, what is said of it, the names that belong to it (by their beginning)
CLASSES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("evt", "All event types", "What every event has, whatever made it.", tuple(ANY_EVENT)),
    (
        "evt",
        "Syscall events only",
        "What events of system calls have. evt.arg takes the name of any parameter, as in evt.arg.flags.",
        ("evt.", "syscall."),
    ),
    ("process", "", "The process and the thread that made the call.", ("proc.", "thread.")),
    ("user", "", "The user that the process acts for.", ("user.",)),
    ("group", "", "The group that the process acts for.", ("group.",)),
    (
        "container",
        "",
        "The container that the process runs in. Outside of containers id, name and type are the word host.",
        ("container.",),
    ),
    ("fd", "", "The file, socket, pipe or other thing that the call's descriptor stands for.", ("fd.",)),
    ("syslog", "", "Messages that processes write to the system log.", ("syslog.",)),
    ("fdlist", "", "The descriptors that poll and its like wait for.", ("fdlist.",)),
    ("k8s", "", "The Kubernetes pod of the container. What only the cluster's API knows has no value.", ("k8s.",)),
    ("mesos", "", "Retired: Mesos and Marathon. No value.", ("mesos.", "marathon.")),
    ("span", "", "Retired: tracers. No value.", ("span.",)),
    ("evtin", "", "Retired: events within the spans of tracers. No value.", ("evtin.",)),
)


def run(option: str, value: str | None = None) -> int:
    """Print what an option asks for by its long name; `value` is the name for `chisel-info`, and `verbose` adds types to `list`."""
    if option == "chisel-info":
        return info(value or "")
    lines = field_lines(types=True) if option == "list" and value == "verbose" else LISTINGS[option]()
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


# -- fields ------------------------------------------------------------------------------------------------------------
def classes() -> Iterator[tuple[str, str, str, list[Field]]]:
    """Class name, its remark, what it is about, its fields; hidden ones left out."""
    shown = [field for field in FIELDS.values() if "sysdig" in field.dialects and not field.hidden]
    for name, remark, about, beginnings in CLASSES:
        members = [field for field in shown if _belongs(field.name, beginnings)]
        shown = [field for field in shown if field not in members]
        yield name, remark, about, members


def _belongs(name: str, beginnings: Sequence[str]) -> bool:
    return any(name.startswith(text) if text.endswith(".") else name == text or name.startswith(f"{text}.") for text in beginnings)


def field_lines(types: bool = False) -> Iterator[str]:
    for name, remark, about, members in classes():
        yield RULE
        yield f"{'Field Class:':{NAME_COLUMN}}{name}{f' ({remark})' if remark else ''}"
        yield from wrapped("Description:", about)
        yield ""
        for field in members:
            tags = f"(Type: {field.sysdig_type}) " if types else ""
            yield from wrapped(field.name, f"{tags}{'(FILTER ONLY) ' if field.filter_only else ''}{field.help}")
        yield ""


def wrapped(name: str, text: str) -> Iterator[str]:
    """A name and what is said of it, words in columns 30 to 120, a blank behind each."""
    line = f"{name:{NAME_COLUMN}}"
    if len(name) >= NAME_COLUMN:
        yield name
        line = " " * NAME_COLUMN
    # (Type: X) is not parted
    for word in text.replace("(Type: ", "(Type:\0").replace("(FILTER ", "(FILTER\0").split():
        if len(line) + len(word) >= LINE:
            yield line
            line = " " * NAME_COLUMN
        line += word.replace("\0", " ") + " "
    yield line


def markdown_lines() -> Iterator[str]:
    for name, _, about, members in classes():
        yield from ("", f"## Field Class: {name}", "", about, "", "Name | Type | Description", ":----|:-----|:-----------")
        for field in members:
            yield f"`{field.name}` | {field.sysdig_type} | {field.help}"


# -- events ------------------------------------------------------------------------------------------------------------
def event_lines() -> Iterator[str]:
    """The types that sysdig 0.29.3 knew and did not count as old or internal."""
    unwanted = sum(1 << EVENT_FLAGS.index(flag) for flag in ("unused", "old_version"))
    for row in event_types(sysdig=True):
        if not row["flags"] & unwanted and row["category"] != "internal":
            params = ", ".join(f"{PARAM_WORDS.get(PARAM_TYPES[kind], PARAM_TYPES[kind])} {name}" for name, kind, _ in row["params"])
            yield f"{row['dir']} {row['name']}({params})"


PARAM_WORDS = {"DYN": "DYNAMIC"}


# -- chisels -----------------------------------------------------------------------------------------------------------
def chisel_lines() -> Iterator[str]:
    listed = sorted(
        (chisel for chisel in chisels() if not chisel.hidden and not chisel.view), key=lambda chisel: (chisel.category, chisel.name)
    )
    yield from by_category(listed)
    yield ""
    yield "Use the -i flag to get detailed information about a specific chisel"


def by_category(listed: Iterable[Chisel]) -> Iterator[str]:
    for category, members in groupby(listed, lambda chisel: chisel.category):
        if category:
            yield from ("", f"Category: {category}", "-" * len(f"Category: {category}"))
        for chisel in members:
            if not chisel.view:
                yield from hung(chisel.name, chisel.short_description)


def hung(name: str, text: str) -> Iterator[str]:
    """A name in 16 columns, and a text cut into pieces of what is left of 79."""
    line = f"{name:{CHISEL_COLUMN}}"
    if len(name) >= CHISEL_COLUMN:
        yield name
        line = " " * CHISEL_COLUMN
    width = CHISEL_LINE - CHISEL_COLUMN
    pieces = [text[at : at + width] for at in range(0, len(text), width)] or [""]
    yield line + pieces[0]
    for piece in pieces[1:]:
        yield " " * CHISEL_COLUMN + piece


def info(name: str) -> int:
    """One chisel, whole."""
    chisel = find(name)
    if chisel is None:
        print(f"chisel {name} not found - use -cl to list them.", file=sys.stderr)
        return 1
    lines = [*by_category([chisel]), ""]
    lines += [chisel.description[at : at + CHISEL_LINE] for at in range(0, len(chisel.description), CHISEL_LINE)] or [""]
    lines.append("Args:")
    for argument in chisel.args:
        lines += argument_lines(f"[{argument.type}] {argument.name} - {argument.description}")
    lines.append("" if chisel.args else "(None)")
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def argument_lines(text: str) -> Iterator[str]:
    width = CHISEL_LINE - CHISEL_COLUMN
    for at in range(0, len(text), width):
        yield (" " * CHISEL_COLUMN if at else "") + text[at : at + width]


LISTINGS: dict[str, Callable[[], Iterator[str]]] = {
    "list": field_lines,
    "list-markdown": markdown_lines,
    "list-events": event_lines,
    "list-chisels": chisel_lines,
}
