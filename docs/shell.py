"""The manual page firmer-dig(1) and the completion of bash and zsh, from the same declarations as the program itself."""

import re
from collections.abc import Iterator
from importlib import import_module

from firmer.events.table import EVENT_FLAGS, event_types
from firmer.fields.catalog import FIELDS
from firmer.filter.operators import OPERATORS
from firmer.filter.parse_sysdig import OPERATORS as SYSDIG_OPERATORS
from firmer.ui.cli.catalog import VERBS
from firmer.ui.cli.dig_options import OPTIONS, TIME_MODES, Option
from firmer.ui.cli.listings import classes
from firmer.ui.cli.options import Command

MADE = "made by docs/generate.py; do not edit"
SECTIONS = {  # of the manual page, beside those that are made
    "DESCRIPTION": (
        "Reads captures of system calls (.scap) and prints their events, one a line, or writes those that pass the filter to a new capture.",
        "Arguments and output are those of sysdig 0.29.3; docs/compatibility.md lists the differences. Options may stand before, between and"
        " after the words of the filter, which are joined by blanks; \\-\\- ends the options.",
    ),
    "FILTER": (
        "A filter compares fields: \\fBproc.name=nginx and evt.type in (open, openat)\\fR. Comparisons are joined by \\fBand\\fR, \\fBor\\fR,"
        " \\fBnot\\fR and brackets; where \\fBand\\fR and \\fBor\\fR meet, brackets are needed. A field without a value answers no comparison,"
        " not even !=; \\fBexists\\fR asks whether there is one.",
    ),
    "FORMAT": (
        "Text with fields, each after a percent sign: \\fB%evt.num %proc.name\\fR. A number behind the sign pads or cuts: \\fB%10proc.name\\fR."
        " An event that lacks one of the fields is not printed, unless the format begins with *, which prints <NA> for it. \\fB\\en\\fR,"
        " \\fB\\et\\fR and \\fB\\ee\\fR are newline, tab and escape.",
    ),
}
EXAMPLES = (
    ("firmer dig \\-r c.scap", "print all events of a capture"),
    ("firmer dig \\-r c.scap proc.name=cat and fd.name contains /etc", "those of one program on some files"),
    ("firmer dig \\-r c.scap \\-p \"%evt.time %proc.cmdline\" evt.type=execve", "what was run, and when"),
    ("firmer dig \\-r c.scap \\-w part.scap \\-z fd.type=ipv4", "keep only what concerns IPv4 sockets"),
)  # fmt: skip
FILES = ("captures", "write")  # settings whose argument is a file


# -- the manual page -----------------------------------------------------------------------------------------------------
def man() -> Iterator[str]:
    yield f'.\\" {MADE}\n.TH FIRMER\\-DIG 1 "" firmer "User Commands"\n'
    yield ".SH NAME\nfirmer\\-dig \\- print or filter the events of captures, with sysdig's arguments\n"
    yield ".SH SYNOPSIS\n.B firmer dig\n[\\fIOPTIONS\\fR] [\\fIFILTER\\fR]\n"
    yield section("DESCRIPTION")
    yield ".SH OPTIONS\n"
    for group in dict.fromkeys(option.group for option in OPTIONS):
        yield f".SS {escaped(group)}\n"
        yield from (entry(names(option), told(option)) for option in OPTIONS if option.group == group)
    yield section("FILTER")
    for operator in OPERATORS:
        if operator.name in SYSDIG_OPERATORS:
            yield entry(f"\\fB{escaped(operator.name)}\\fR", operator.help)
    yield section("FORMAT")
    yield ".SH FIELDS\nA few classes have no value any more; they say so.\n"
    for name, remark, about, members in classes():
        yield f".SS {escaped(name)}{f' ({remark})' if remark else ''}\n{escaped(about)}\n"
        yield from (entry(f"\\fB{escaped(field.name)}\\fR", f"{field.sysdig_type}. {field.help}") for field in members)
    yield ".SH EXAMPLES\n"
    for command, what in EXAMPLES:
        yield f".TP\n.B {command}\n{escaped(what)}\n"
    yield ".SH EXIT STATUS\n0, also when nothing passed the filter; 1 for captures and arguments that cannot be read.\n"
    yield ".SH SEE ALSO\n.BR sysdig (8)\n"


def section(name: str) -> str:
    return f".SH {name}\n" + ".PP\n".join(f"{text}\n" for text in SECTIONS[name])


def entry(head: str, text: str) -> str:
    return f".TP\n{head}\n{escaped(text)}\n"


def names(option: Option) -> str:
    value = f" \\fI{escaped(option.value)}\\fR" if option.value else ""
    return ", ".join(f"\\fB{escaped(name)}\\fR{value}" for name in spellings(option))


def told(option: Option) -> str:
    return option.refusal or option.help


def spellings(option: Option) -> list[str]:
    return [f"-{option.short}"] * bool(option.short) + [f"--{option.long}"] * bool(option.long)


def escaped(text: str) -> str:
    """Plain text for troff: hyphens stay hyphens, no line is taken for a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return f"\\&{text}" if text.startswith(".") else text


# -- completion ----------------------------------------------------------------------------------------------------------
def event_names() -> list[str]:
    unused = 1 << EVENT_FLAGS.index("unused")
    return sorted({row["name"] for row in event_types() if not row["flags"] & unused})


def field_names() -> list[str]:
    return sorted(field.name for field in FIELDS.values() if "sysdig" in field.dialects and not field.hidden and not field.retired)


def offered() -> list[Option]:
    return [option for option in OPTIONS if not option.refusal]


def verb_options() -> dict[str, list[str]]:
    """Options of the verbs other than dig, as their commands declare them."""
    found = {}
    for verb in VERBS:
        command = import_module(f"firmer.ui.cli.{verb.module}").command
        if isinstance(command, Command):
            names = sorted(name for option in command.options for name in option.names.split() if name.startswith("--"))
            found[verb.name] = [*names, "--help"]
        elif hasattr(command, "params"):
            declared = [name for param in command.params for name in (*param.opts, *param.secondary_opts)]
            found[verb.name] = sorted(name for name in declared if name.startswith("--"))
            for name, sub in sorted(getattr(command, "commands", {}).items()):
                found[verb.name] += [name, *sorted(opt for param in sub.params for opt in param.opts if opt.startswith("--"))]
            found[verb.name] = list(dict.fromkeys([*found[verb.name], "--help"]))
    return found


def words(values: list[str]) -> str:
    return " ".join(values)


def by_value(test: Iterator[Option]) -> str:
    return "|".join(name for option in test for name in spellings(option))


def bash() -> str:
    files = by_value(option for option in offered() if option.setting in FILES)
    formats = by_value(option for option in offered() if option.key == "print")
    chisels = by_value(option for option in offered() if option.key == "chisel-info")
    times = by_value(option for option in offered() if option.key == "timetype")
    others = by_value(
        option
        for option in offered()
        if option.value and option.setting not in FILES and option.key not in ("print", "chisel-info", "timetype")
    )
    cases = "".join(
        f"        {verb}) COMPREPLY=($(compgen -W '{words(options)}' -- \"$cur\")) ;;\n" for verb, options in verb_options().items()
    )
    return f"""\
# {MADE}
# bash completion of firmer: verbs, options, fields, event types

_firmer_fields='{words(field_names())}'
_firmer_events='{words(event_names())}'

_firmer_filter() {{
    # what stands before the last word of an unfinished quotation stays as it is
    local before="" last="$cur"
    case "$cur" in *[\\ \\(]*) last="${{cur##*[ (]}}" before="${{cur%"$last"}}" ;; esac
    case "$last" in
        \\"* | \\'*) before="$before${{last:0:1}}" last="${{last:1}}" ;;
    esac
    case "$last" in
        evt.type=*) before="${{before}}evt.type=" last="${{last#evt.type=}}"; set -- $_firmer_events ;;
        *=*) return ;;
        *) set -- $_firmer_fields ;;
    esac
    local IFS=$'\\n'
    COMPREPLY=($(compgen -W "$*" -P "$before" -- "$last"))
}}

_firmer_dig() {{
    case "$prev" in
        {files}) COMPREPLY=($(compgen -f -- "$cur")); return ;;
        {times}) COMPREPLY=($(compgen -W '{words(list(TIME_MODES))}' -- "$cur")); return ;;
        {chisels})
            local found
            found=$(printf '%s\\n' /usr/share/sysdig/chisels/*.lua ~/.chisels/*.lua | sed -n 's|.*/\\([^/*]*\\)\\.lua$|\\1|p' | grep -v '^v_')
            COMPREPLY=($(compgen -W "$found" -- "$cur"))
            return ;;
        {formats})
            local last="${{cur##*%}}" IFS=$'\\n'
            case "$cur" in *%*) COMPREPLY=($(compgen -W "${{_firmer_fields// /$IFS}}" -P "${{cur%"$last"}}" -- "$last")) ;; esac
            compopt -o nospace 2>/dev/null
            return ;;
        {others}) return ;;
    esac
    case "$cur" in
        -*) COMPREPLY=($(compgen -W '{words([name for option in offered() for name in spellings(option)])}' -- "$cur")) ;;
        *)
            # the = of a comparison is a word of its own to bash
            if [ "$prev" = "=" ] && [ "${{COMP_WORDS[COMP_CWORD - 2]}}" = evt.type ]; then
                COMPREPLY=($(compgen -W "$_firmer_events" -- "$cur"))
            elif [ "$cur" = "=" ] && [ "$prev" = evt.type ]; then
                COMPREPLY=($_firmer_events)
            else
                _firmer_filter
                compopt -o nospace 2>/dev/null
            fi ;;
    esac
}}

_firmer() {{
    local cur="${{COMP_WORDS[COMP_CWORD]}}" prev="${{COMP_WORDS[COMP_CWORD - 1]}}"
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W '{words([verb.name for verb in VERBS])} --version --help' -- "$cur"))
        return
    fi
    case "${{COMP_WORDS[1]}}" in
        dig) _firmer_dig ;;
{cases}    esac
}}

complete -o default -F _firmer firmer
"""


def zsh() -> str:
    verbs = "\n".join(f"        {quoted(f'{verb.name}:{verb.help}')}" for verb in VERBS)
    specs = " \\\n".join(f"        {spec}" for option in offered() for spec in zsh_specs(option))
    cases = "".join(f"        {verb}) compadd -- {words(options)}; _files ;;\n" for verb, options in verb_options().items())
    return f"""\
#compdef firmer
# {MADE}
# zsh completion of firmer: verbs, options, fields, event types

_firmer_fields=({words(field_names())})
_firmer_events=({words(event_names())})

_firmer_filter() {{
    if compset -P '*evt.type='; then
        compadd -a _firmer_events
    else
        compset -P '*[ (]'
        compadd -S '' -a _firmer_fields
    fi
}}

_firmer_format() {{
    compset -P '*%' && compadd -S '' -a _firmer_fields
}}

_firmer_chisels() {{
    local -a found
    found=(/usr/share/sysdig/chisels/*.lua(N:t:r) ~/.chisels/*.lua(N:t:r))
    compadd -- ${{found:#v_*}}
}}

_firmer_dig() {{
    _arguments -s \\
{specs} \\
        '*:filter:_firmer_filter'
}}

_firmer() {{
    local -a verbs
    verbs=(
{verbs}
    )
    if (( CURRENT == 2 )); then
        _describe verb verbs
        return
    fi
    local verb=$words[2]
    shift words
    (( CURRENT-- ))
    case $verb in
        dig) _firmer_dig ;;
{cases}    esac
}}

_firmer "$@"
"""


ACTIONS = {"print": "_firmer_format", "chisel-info": "_firmer_chisels", "timetype": f"({words(list(TIME_MODES))})"}


def zsh_specs(option: Option) -> Iterator[str]:
    """How _arguments is told of an option, a spelling each."""
    text = re.sub(r"([\[\]:\\])", r"\\\1", option.help)
    action = "_files" if option.setting in FILES else ACTIONS.get(option.key, " ")
    for name in spellings(option):
        sign = "" if not option.value else "=" if name.startswith("--") else "+"
        yield quoted(f"*{name}{sign}[{text}]" + (f":{option.value.lower()}:{action}" if option.value else ""))


def quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
