"""Options of `firmer dig`: sysdig 0.29.3's, and a few of our own.

Each is declared once, in OPTIONS; the parser, the help and the pages made from it follow. Words are permuted as GNU getopt does: options
may stand before, between and after the words of the filter, `--` ends them, beginnings of long names are enough where they are unambiguous.
"""

from collections.abc import Callable, Iterator, Sequence

from firmer.detect.point import Point
from firmer.errors import FirmerError
from firmer.record import record


class BadOption(FirmerError):
    """A command line that cannot be understood, or an option that cannot be given; exit status 1, as sysdig's."""


@record(frozen=True, slots=True)
class Option:
    """One option. A switch has no `value`, which names the argument of the others.

    setting   what it sets in detect.dig.Dig; a switch sets `constant`
    take      makes the setting of the argument; raises BadOption
    refusal   why it cannot be given and what to use instead; empty for those that can
    """

    group: str
    short: str
    long: str
    value: str
    help: str
    setting: str = ""
    constant: object = True
    take: Callable[[str], object] = str
    refusal: str = ""

    @property
    def key(self) -> str:
        """What the option is called in our own code."""
        return self.long or self.short


TIME_MODES = "hardD"


def event_count(text: str) -> int:
    """-n: -1 is no limit."""
    try:
        count = int(text)
    except ValueError:
        raise BadOption("can't parse the -n argument, make sure it's a number") from None
    if count == 0:
        raise BadOption("invalid event count 0")
    return max(count, 0)


def positive(what: str, gap: str = "") -> Callable[[str], int]:
    """A number above zero; sysdig's words for others."""

    def take(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) == 0 or len(text) > 15:
            raise BadOption(f"invalid {what}{gap}{text}")
        return int(text)

    return take


def time_mode(text: str) -> str:
    if len(text) != 1 or text not in TIME_MODES:
        raise BadOption(f"invalid modifier for flag -t: '{text}'; there are h, a, r, d and D")
    return text


def point(text: str) -> Point:
    """An end of --from and --to."""
    try:
        return Point.parse(text)
    except ValueError as error:
        raise BadOption(str(error)) from error


def pid(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 1 << 31:
        raise BadOption(f"invalid process '{text}': its number is expected")
    return int(text)


def snaplen(text: str) -> int:
    """-s: the probe copies at most so much."""
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise BadOption(f"invalid snaplen {text}")
    return min(int(text), MOST_SNAPLEN)


MOST_SNAPLEN = 32767  # bytes
READ, LIVE, SHOW, LINE, WRITE, LISTS, IDLE, NOT_YET = (
    "Reading",
    "Live, without -r",
    "What is shown",
    "How it is shown",
    "Writing",
    "Listings",
    "Taken for sysdig's sake, without effect on captures",
    "Not possible",
)
DRIVERS = "concerns sysdig's own drivers: leave it out, firmer brings its probe along"
PLUGINS = "loads plugins, which firmer has none of: read a capture with -r"

OPTIONS = (
    Option(
        READ, "r", "readfile", "FILE", "read this capture; may be repeated, one is read after the other; - is standard input", "captures"
    ),
    Option(READ, "n", "numevents", "N", "stop after N events", "limit", take=event_count),
    Option(
        READ, "M", "", "SECONDS", "stop so many seconds of the capture's time after the first event", "seconds", take=positive("duration")
    ),
    Option(READ, "", "from", "WHEN", "begin at a time, at +SECONDS since the first event, or at event #NUMBER", "begin", take=point),
    Option(READ, "", "to", "WHEN", "end there", "end", take=point),
    Option(READ, "", "seek", "N", "begin at event number N; the same as --from '#N'", "begin", take=lambda text: point(f"#{text}")),
    Option(READ, "d", "displayflt", "", "with a filter: -n, -M, -S and -v count all events, not only those that pass", "display"),
    Option(READ, "P", "progress", "", "show on standard error how much of the capture is read", "progress"),
    Option(LIVE, "", "pid", "PID", "only this process and what it has started or will start", "pid", take=pid),
    Option(LIVE, "", "cgroup", "PATH", "only what runs in this control group (version 2) and below it", "cgroup"),
    Option(LIVE, "", "container", "ID", "only this container, by the beginning of its id", "container"),
    Option(LIVE, "s", "snaplen", "N", "take the first N bytes of each buffer, 80 without this", "snaplen", take=snaplen),
    Option(LIVE, "", "enter", "", "also show how calls begin, with sysdig's fields and lines; the time between makes latencies", "enters"),
    Option(LIVE, "", "page-faults", "", "also tell page faults; without this, only a filter that names them does", "page_faults"),
    Option(SHOW, "q", "quiet", "", "print no events", "quiet"),
    Option(SHOW, "S", "summary", "", "at the end, print how often each type of event came", "summary"),
    Option(SHOW, "v", "verbose", "", "do not cut long buffers; at the end, print the number of events", "verbose"),
    Option(SHOW, "D", "debug", "", "print internal events, too", "debug"),
    Option(SHOW, "E", "exclude-users", "", "show no names of users and groups", "accounts", False),
    Option(SHOW, "", "complete", "", "show also what sysdig 0.29.3 does not know: newer events, what lone exits tell", "complete"),
    Option(LINE, "p", "print", "FORMAT", "print each event as FORMAT says; -pc and -pk add the container, -pp prints the format in force"),
    Option(
        LINE,
        "t",
        "timetype",
        "MODE",
        "time column: h time of day, a seconds since 1970, r since the start, d latency, D since the last line",
        "time",
        take=time_mode,
    ),
    Option(LINE, "A", "print-ascii", "", "print buffers as text, with their line ends", "buffers", "ascii"),
    Option(LINE, "b", "print-base64", "", "print buffers in base64", "buffers", "base64"),
    Option(LINE, "x", "print-hex", "", "print buffers as hexadecimal digits", "buffers", "hex"),
    Option(LINE, "X", "print-hex-ascii", "", "print buffers as hexadecimal digits and text", "buffers", "hexascii"),
    Option(LINE, "j", "json", "", "print an object a line", "json"),
    Option(LINE, "R", "resolve-ports", "", "print ports by the names of their services", "ports"),
    Option(LINE, "", "unbuffered", "", "write each line at once", "unbuffered"),
    Option(LINE, "", "escape", "", "escape control bytes that come from processes also where no terminal reads", "escape", True),
    Option(LINE, "", "raw-bytes", "", "print what processes say as it is, also to a terminal, which may obey it", "escape", False),
    Option(WRITE, "w", "writefile", "FILE", "write the events that pass to a new capture", "write"),
    Option(WRITE, "z", "compress", "", "with -w: gzip it", "compress"),
    Option(WRITE, "F", "fatfile", "", "with -w: also write events that change the state; firmer always does", "fatfile"),
    Option(
        WRITE,
        "C",
        "file-size",
        "MEGABYTES",
        "with -w: begin a new file after so many million bytes",
        "file_size",
        take=positive("file size"),
    ),
    Option(WRITE, "G", "seconds", "SECONDS", "with -w: begin a new file every so many seconds", "file_seconds", take=positive("duration")),
    Option(
        WRITE,
        "e",
        "event-limit",
        "N",
        "with -w: begin a new file every N events",
        "file_events",
        take=positive("parameter 'number of events'", " "),
    ),
    Option(WRITE, "W", "limit", "N", "with -C, -G, -e: keep N files, then overwrite the oldest", "files", take=positive("file limit")),
    Option(LISTS, "l", "list", "", "list the fields; -lv with their types"),
    Option(LISTS, "", "list-markdown", "", "list the fields as markdown"),
    Option(LISTS, "L", "list-events", "", "list the events and their parameters"),
    Option(LISTS, "", "list-chisels", "", "list the chisels; also -cl"),
    Option(LISTS, "i", "chisel-info", "NAME", "say what a chisel does and takes"),
    Option(LISTS, "", "explain", "", "say what becomes of the filter: the event types that it needs, and what is asked of them", "explain"),
    Option(LISTS, "h", "help", "", "print this"),
    Option(LISTS, "", "version", "", "print the version"),
    Option(LISTS, "", "libs-version", "", "print the version of the engine, which is the same"),
    Option(IDLE, "U", "suppress-comm", "COMM", "leaves out processes while recording; use a filter: proc.name!=COMM"),
    Option(IDLE, "T", "force-tracers-capture", "", "concerns recording"),
    Option(IDLE, "", "large-environment", "", "concerns recording"),
    Option(IDLE, "", "cri", "PATH", "containers are those of the capture"),
    Option(IDLE, "", "cri-timeout", "MS", "containers are those of the capture"),
    Option(IDLE, "k", "k8s-api", "URL", "pods are those of the capture"),
    Option(IDLE, "K", "k8s-api-cert", "FILES", "pods are those of the capture"),
    Option(IDLE, "", "node-name", "NAME", "pods are those of the capture"),
    Option(IDLE, "m", "mesos-api", "URL", "what Mesos says is not asked"),
    Option(
        NOT_YET,
        "c",
        "chisel",
        "NAME",
        "run a chisel",
        refusal="does not run chisels yet: use -p and a filter; -cl and -i list what there is",
    ),
    Option(
        NOT_YET,
        "",
        "filter-proclist",
        "",
        "leave processes out of a capture",
        refusal="is not offered: what is written with -w keeps the state that its events need",
    ),
    Option(NOT_YET, "B", "bpf", "PROBE", "record by this BPF probe", refusal=DRIVERS),
    Option(NOT_YET, "u", "udig", "", "record by ptrace", refusal=DRIVERS),
    Option(NOT_YET, "H", "plugin", "NAME", "load a plugin", refusal=PLUGINS),
    Option(NOT_YET, "I", "input", "NAME", "read from a plugin; -Il lists them", refusal=PLUGINS),
    Option(NOT_YET, "", "plugin-config-file", "FILE", "load plugins by a file", refusal=PLUGINS),
)
SHORTS = {option.short: option for option in OPTIONS if option.short}
LONGS = {option.long: option for option in OPTIONS if option.long}


def read(args: Sequence[str], words: list[str]) -> Iterator[tuple[Option, str]]:
    """Options with their arguments, in the order in which they stand; the other words are added to `words`.

    What is read acts at once, before mistakes behind it are seen: `-h` helps also on a wrong command line.
    """
    rest = list(args)
    while rest:
        word = rest.pop(0)
        if word == "--":
            words += rest
            return
        if word.startswith("--"):
            yield _long(word[2:], rest)
        elif word.startswith("-") and word != "-":
            yield from _cluster(word[1:], rest)
        else:
            words.append(word)


def _cluster(letters: str, rest: list[str]) -> Iterator[tuple[Option, str]]:
    """`-qn5`, `-q -n 5`: switches, at most one option with an argument, which takes what follows."""
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter not in SHORTS:
            raise BadOption(f"invalid option -- '{letter}'; 'firmer dig --help' lists the options")
        option = SHORTS[letter]
        if not option.value:
            yield option, ""
            continue
        if not letters and not rest:
            raise BadOption(f"option requires an argument -- '{letter}'")
        yield option, letters or rest.pop(0)
        return


def _long(text: str, rest: list[str]) -> tuple[Option, str]:
    name, equals, value = text.partition("=")
    found = [name] if name in LONGS else [long for long in LONGS if long.startswith(name)]
    if not found:
        raise BadOption(f"unrecognized option '--{name}'; 'firmer dig --help' lists the options")
    if len(found) > 1:
        possible = " ".join(f"'--{long}'" for long in found)
        raise BadOption(f"option '--{name}' is ambiguous; possibilities: {possible}")
    option = LONGS[found[0]]
    if not option.value:
        if equals:
            raise BadOption(f"option '--{option.long}' doesn't allow an argument")
        return option, ""
    if not equals and not rest:
        raise BadOption(f"option '--{option.long}' requires an argument")
    return option, value if equals else rest.pop(0)


def usage() -> str:
    """The help text, one paragraph a group."""
    what = "Print or write what happens on this host (as root), or with -r the events of a capture, with sysdig's arguments."
    parts = [f"Usage: firmer dig [OPTIONS] [FILTER]\n\n  {what}"]
    for group in dict.fromkeys(option.group for option in OPTIONS):
        rows = [_row(option) for option in OPTIONS if option.group == group]
        parts.append("\n".join([f"{group}:", *rows]))
    parts.append("  firmer dig -r attack.scap 'evt.type=execve and evt.dir=<'")
    return "\n\n".join(parts)


def _row(option: Option) -> str:
    value = f" {option.value}" if option.value else ""
    names = ", ".join([f"-{option.short}"] * bool(option.short) + [f"--{option.long}"] * bool(option.long))
    if not option.short:
        names = "    " + names
    return f"  {names + value:29} {option.help}"
