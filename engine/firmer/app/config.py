"""The configuration file: YAML to `settings.Config`, every mistake with its place.

The YAML reader is that of rules files: scalars stay the text that was written, and hostile files end in a message.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec.structs import fields

from firmer.app.settings import Config
from firmer.app.sizes import Reach, Size
from firmer.errors import BadInput, Problem
from firmer.outputs.settings import Seconds
from firmer.record import record
from firmer.rules.places import Mark
from firmer.rules.yaml_source import Mapping, Node, Scalar, Sequence, documents, read_file

# Codes of findings, never used twice for different things.
UNKNOWN_KEY, BAD_VALUE, MISSING_KEY, KEY_TWICE, NOT_A_MAPPING = "C001", "C002", "C003", "C004", "C005"
MOST_PROBLEMS = 50
UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.S)
STEP = re.compile(r"\.([^.\[\]`]+)|\[(\d+)\]")
MISSING = re.compile(r"Object missing required field `(.*)`", re.S)


def load_config(path: str) -> Config:
    """The configuration in this file; raises BadInput with all that is wrong in it."""
    nodes = documents(read_file(path))
    root = nodes[0] if nodes else None
    if root is None:
        return Config()
    if not isinstance(root, Mapping) or len(nodes) > 1:
        raise BadInput([at(root.mark, NOT_A_MAPPING, "a configuration is one mapping of keys to values")])
    problems = doubles(root)
    taken: set[tuple[int, str]] = set()
    while len(problems) < MOST_PROBLEMS:
        try:
            config = msgspec.convert(plain(root), Config, strict=False, dec_hook=parsed)
        except msgspec.ValidationError as error:
            # what is wrong is told and taken out, and the rest is looked at again: all mistakes show at once
            if not tell(problems, root, str(error), taken):
                break
        else:
            if problems:
                break
            return config
    raise BadInput(sorted(problems, key=lambda problem: (problem.place.line, problem.place.column)))


def printed(config: Config) -> str:
    """The configuration as a file that would give the same."""
    import yaml  # rules files are read without its loaders

    builtins = msgspec.to_builtins(config, enc_hook=str)
    text: str = yaml.safe_dump(builtins, sort_keys=False, allow_unicode=True)
    return text


def parsed(kind: type, text: Any) -> Any:
    """Values of our own kinds from their texts."""
    assert kind in (Size, Seconds, Reach), kind
    if not isinstance(text, str):
        raise ValueError("one text is expected here")
    return kind.parse(text)


def plain(node: Node) -> Any:
    if isinstance(node, Scalar):
        return None if node.is_null else node.text
    if isinstance(node, Sequence):
        return [plain(each) for each in node.items]
    return {key: plain(value) for key, value in node.pairs.items()}


def doubles(node: Node) -> list[Problem]:
    """Keys given twice: whichever of the two counts, somebody meant the other."""
    below = node.items if isinstance(node, Sequence) else list(node.pairs.values()) if isinstance(node, Mapping) else []
    found = [at(key.mark, KEY_TWICE, f"'{key.text}' stands here twice") for key in node.twice] if isinstance(node, Mapping) else []
    return found + [problem for each in below for problem in doubles(each)]


def tell(problems: list[Problem], root: Mapping, message: str, taken: set[tuple[int, str]]) -> bool:
    """Put msgspec's message into a problem with its place, and take what is wrong out of the tree; False when that cannot be done.

    taken  (id of the mapping, key) of what was taken out: it is not missing, it was wrong
    """
    text, _, path = message.partition(" - at `$")
    found = walk(root, [(name, int(number or 0)) for name, number in STEP.findall(path)])
    wrong = found
    unknown, missing = UNKNOWN.fullmatch(text), MISSING.fullmatch(text)
    if unknown and isinstance(found.node, Mapping):
        key = found.node.keys[unknown[1]]
        problems.append(at(key.mark, UNKNOWN_KEY, f"unknown key '{key.text}'", nearest(key.text, keys_of(found.kind))))
        del found.node.pairs[key.text]
        return True
    if missing:
        if (id(found.node), missing[1]) not in taken:
            problems.append(at(found.node.mark, MISSING_KEY, f"'{missing[1]}' is missing here"))
    else:
        written = found.node.text if isinstance(found.node, Scalar) else ""
        problems.append(at(found.node.mark, BAD_VALUE, lowered(text), nearest(written, words_of(found.kind))))
        if found.last == "type" and found.up:
            wrong = found.up  # of what type its other keys are nobody can say
    above = wrong.up.node if wrong.up else None
    if isinstance(above, Mapping):
        del above.pairs[str(wrong.last)]
        taken.add((id(above), str(wrong.last)))
    elif isinstance(above, Sequence):
        del above.items[int(wrong.last)]
    return above is not None


@record(slots=True)
class Found:
    """A node of the tree, the type that is expected there, and where it hangs."""

    node: Node
    kind: Any
    up: Found | None = None
    last: str | int = ""


def walk(root: Mapping, steps: list[tuple[str, int]]) -> Found:
    """Steps are (key, 0) or ("", number)."""
    here = Found(root, Config)
    for name, number in steps:
        if isinstance(here.node, Mapping):
            kind = struct_in(here.kind, here.node)
            tags = [field.type for field in fields(kind) if field.name == name] or [
                Literal[tuple(tag_of(each) for each in structs(here.kind))]
            ]
            here = Found(here.node.pairs[name], tags[0], here, name)
        elif isinstance(here.node, Sequence):
            here = Found(here.node.items[number], here.kind, here, number)
    return here


def nearest(written: str, known: list[str]) -> str:
    """The one that was probably meant, or all that there are."""
    near = get_close_matches(written, known, n=1)
    return f"did you mean '{near[0]}'?" if near else f"known here: {', '.join(known)}" if known else ""


def keys_of(kind: Any) -> list[str]:
    """Keys that a mapping of this type may have."""
    return [field.name for each in structs(kind) for field in fields(each)]


def words_of(kind: Any) -> list[str]:
    """Values that may stand where one of a few words is expected."""
    if get_origin(kind) is Literal:
        return [str(word) for word in get_args(kind)]
    return [word for each in get_args(kind) for word in words_of(each)] if get_origin(kind) else []


def struct_in(kind: Any, node: Mapping) -> Any:
    """The struct that a mapping is to become; of several the one that its `type` names."""
    written = getattr(node.pairs.get("type"), "text", "")
    return next((each for each in structs(kind) if tag_of(each) == written), structs(kind)[0])


def tag_of(kind: Any) -> str:
    return str(kind.__struct_config__.tag)


def structs(kind: Any) -> list[Any]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return [kind]
    return [found for each in get_args(kind) for found in structs(each)]


def at(mark: Mark, code: str, text: str, hint: str = "") -> Problem:
    place, line = mark.shown()
    return Problem(code, place, text, hint, "error", line)


def lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
