"""Writes what derives from declarations: the pages of commands, configuration, fields and event types, parts of the README and of the
page on conditions, the manual page and shell completion. `--check` compares.

Run by `make docs`; a test compares, so that no page tells of yesterday.
"""

import contextlib
import io
import os
import sys
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import calls
import msgspec
from shell import bash, man, zsh

from firmer.app.settings import Config, ContextSettings, ProbeSettings, WatchSettings
from firmer.app.sizes import Reach, Size
from firmer.events.table import PARAM_TYPES, event_types
from firmer.fields.catalog import FIELDS
from firmer.filter.operators import ALIASES, EVERY, OPERATORS
from firmer.filter.problems import CODES
from firmer.filter.transformers import TRANSFORMERS
from firmer.outputs.catalog import OUTPUTS
from firmer.outputs.settings import Seconds
from firmer.ui.cli.catalog import VERBS
from firmer.ui.cli.events import flags_of
from firmer.ui.cli.fields import ARGUMENT, class_of
from firmer.ui.cli.main import run

HERE = Path(__file__).resolve().parent
MADE = "<!-- made by docs/generate.py; do not edit -->\n"
WIDTH = "100"  # of help texts, whatever terminal they are made on


def printed(*arguments: str) -> str:
    """What `firmer` prints for these arguments."""
    out = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with contextlib.redirect_stdout(out):
        status = run(arguments)
    if status:
        raise SystemExit(f"firmer {' '.join(arguments)}: exit status {status}")
    out.flush()
    return out.buffer.getvalue().decode()  # type: ignore[attr-defined]  # it is the BytesIO of above


def subcommands(help_text: str) -> list[str]:
    _, found, listed = help_text.partition("\nCommands:\n")
    return [line.split()[0] for line in listed.splitlines() if line.startswith("  ") and not line.startswith("   ")] if found else []


def commands() -> Iterator[str]:
    yield f"# Commands\n\n{MADE}\nFor whoever looks an option up.\n\n```\n{printed('--help')}```\n"
    for verb in VERBS:
        text = printed(verb.name, "--help")
        yield f"\n## firmer {verb.name}\n\n```\n{text}```\n"
        for name in subcommands(text):
            yield f"\n### firmer {verb.name} {name}\n\n```\n{printed(verb.name, name, '--help')}```\n"


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def fields() -> Iterator[str]:
    yield f"# Fields\n\n{MADE}\nFor whoever writes a condition or an output. `firmer fields` prints the same.\n"
    for name, group in groupby(sorted((field for field in FIELDS.values() if not field.hidden), key=class_of), class_of):
        yield f"\n## {name}\n\n| field | type | dialects | meaning | example |\n|---|---|---|---|---|\n"
        for field in group:
            dialects = " ".join(sorted(field.dialects))
            yield f"| `{field.name}{ARGUMENT[field.argument]}` | {field.type} | {dialects} | {cell(field.help)} | `{cell(field.example)}` |\n"


def events() -> Iterator[str]:
    yield f"# Event types\n\n{MADE}\nFor whoever asks what an event carries. `>` enters a call, `<` leaves it; *old* types stand in captures"
    yield " of older programs only.\n\n| id | event | category | parameters | |\n|---|---|---|---|---|\n"
    for row in event_types():
        flags = flags_of(row)
        if "unused" not in flags:
            params = ", ".join(f"{name} {PARAM_TYPES[kind]}" for name, kind, _ in row["params"])
            yield f"| {row['id']} | {row['dir']} {row['name']} | {row['category']} | {params} | {'old' if 'old_version' in flags else ''} |\n"


def with_parts(page: Path, parts: dict[str, str]) -> Iterator[str]:
    """A page with its parts made anew; each stands between `<!-- name -->` and `<!-- /name -->`."""
    text = page.read_text()
    for name, part in parts.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = text.partition(start)
        text = before + start + part + end + rest.partition(end)[2]
    yield text


def readme() -> Iterator[str]:
    verbs = "".join(f"| `firmer {verb.name}` | {verb.help} |\n" for verb in VERBS)
    return with_parts(README, {"demo": f"```\n{printed('demo')}```\n", "verbs": f"| verb | does |\n|---|---|\n{verbs}"})


def language() -> Iterator[str]:
    operators = "| operator | holds when | on | modifiers |\n|---|---|---|---|\n"
    for operator in OPERATORS:
        kinds = "everything" if operator.kinds == EVERY else ", ".join(word for kind, word in KIND_WORDS.items() if kind in operator.kinds)
        names = ", ".join(f"`{name}`" for name in (operator.name, *(alias for alias, name in ALIASES.items() if name == operator.name)))
        operators += f"| {names} | {cell(operator.help)} | {kinds} | {'yes' if operator.modifiers else ''} |\n"
    transformers = "| transformer | gives | example |\n|---|---|---|\n"
    for transformer in TRANSFORMERS:
        transformers += f"| `{transformer.name}` | {cell(transformer.help)} | `{transformer.example}` |\n"
    codes = "| code | finding | |\n|---|---|---|\n"
    for name, code in CODES.items():
        codes += f"| {name} | {code.title} | {'warning' if code.severity == 'warning' else ''} |\n"
    return with_parts(LANGUAGE, {"operators": operators, "transformers": transformers, "codes": codes})


def configuration() -> Iterator[str]:
    """Every key, from the structs that read them."""
    yield f"# Configuration\n\n{MADE}\nFor whoever writes the file that `firmer run --config FILE` reads. It is YAML; all keys may be left out,"
    yield " an unknown key or a wrong value is an error with its place. `firmer run --config FILE --check` looks at file, rules and outputs;"
    yield " `--print-config` prints everything with its defaults.\n\n"
    yield "Times are written `500ms`, `30s`, `2m`, `1h`; sizes `512kB`, `8MB`, `2GB` (powers of 1024).\n"
    for heading, kind in (
        ("", Config),
        ("context", ContextSettings),
        ("probe", ProbeSettings),
        ("probe.watch", WatchSettings),
        *((f"outputs: type: {kind.__struct_config__.tag}", kind) for kind in OUTPUTS),
    ):
        yield f"\n## {heading}\n\n{kind.__doc__}\n\n" if heading else "\n"
        yield "| key | value | default | meaning |\n|---|---|---|---|\n"
        hints = get_type_hints(kind, include_extras=True)
        for field in msgspec.structs.fields(kind):
            described = next(each.description for each in hints[field.name].__metadata__ if isinstance(each, msgspec.Meta))
            yield f"| `{field.name}` | {value_of(field.type)} | {default_of(field)} | {cell(described or '')} |\n"


def value_of(kind: Any) -> str:
    """What may be written for a key of this type."""
    words = {Seconds: "time", Size: "size", Reach: "time or number", str: "text", int: "number"}
    if get_origin(kind) is Annotated:
        return value_of(get_args(kind)[0])
    if get_origin(kind) is Literal:
        return ", ".join(f"`{word}`" for word in get_args(kind))
    if get_origin(kind) is tuple:
        return f"list of {value_of(get_args(kind)[0])}s"
    if get_args(kind):
        return value_of(next(each for each in get_args(kind) if each is not type(None)))
    return words.get(kind, "mapping")


def default_of(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "must be given"
    value = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
    if value is None or value == ():
        return ""
    if isinstance(value, tuple):
        return ", ".join(f"`{{type: {each.__struct_config__.tag}}}`" for each in value)
    return "" if isinstance(value, msgspec.Struct) else f"`{value}`"


README = HERE.parent / "README.md"
PACKAGING = HERE.parent / "packaging"
LANGUAGE = HERE / "filter-language.md"
KIND_WORDS = {
    "text": "texts", "buffer": "bytes", "signed": "numbers", "port": "ports", "double": "fractions", "bool": "truth values", "ip": "addresses",
    "net": "networks",
}  # fmt: skip
PAGES = {
    HERE / "commands.md": commands,
    HERE / "configuration.md": configuration,
    HERE / "fields.md": fields,
    HERE / "events.md": events,
    HERE / "syscalls.md": lambda: calls.page(MADE),
    LANGUAGE: language,
    README: readme,
    PACKAGING / "man" / "firmer-dig.1": man,
    PACKAGING / "completion" / "firmer": bash,
    PACKAGING / "completion" / "_firmer": zsh,
}


def main() -> None:
    os.environ |= {"COLUMNS": WIDTH, "TZ": "UTC"}
    time.tzset()
    os.chdir(HERE.parent)  # paths are printed as seen from here
    stale = []
    for page, make in PAGES.items():
        text = "".join(make())
        if sys.argv[1:] == ["--check"]:
            stale += [page.name] if not page.exists() or page.read_text() != text else []
        else:
            page.write_text(text)
    if stale:
        sys.exit(f"{', '.join(stale)}: not what docs/generate.py makes; run make docs")


if __name__ == "__main__":
    main()
