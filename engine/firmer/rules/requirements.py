"""What rules files require of the engine and of plugins, and what we answer.

Our language is that of Falco's engine ENGINE; the fields of its container plugin are built in, as of version PLUGINS["container"].
"""

from __future__ import annotations

import re

from firmer.errors import Problem
from firmer.rules.problems import refusal
from firmer.rules.values import Item
from firmer.rules.yaml_source import Mapping, Sequence

ENGINE = (0, 62, 0)
PLUGINS = {"container": (0, 7, 1)}
VERSION = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+][0-9A-Za-z.+-]*)?", re.A)

Version = tuple[int, int, int]


def version(text: str) -> Version | None:
    match = VERSION.fullmatch(text)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def shown(number: Version) -> str:
    return ".".join(map(str, number))


def serves(ours: Version, wanted: Version) -> bool:
    """Whether one version may stand in for another: the same first number, and no older."""
    return ours[0] == wanted[0] and ours >= wanted


def check_engine(item: Item) -> None:
    """`required_engine_version`: a version, or the single number of old files."""
    text = item.text("required_engine_version")
    wanted = (0, int(text), 0) if text.isascii() and text.isdigit() and len(text) < 10 else version(text)
    if wanted is None:
        raise refusal("R014", item.need("required_engine_version").mark, f"'{text[:40]}' is no version", "write it as 0.57.0")
    if not serves(ENGINE, wanted):
        mark = item.need("required_engine_version").mark
        raise refusal("R019", mark, f"these rules need engine version {shown(wanted)}; this one understands {shown(ENGINE)}")


def check_plugins(item: Item) -> list[Problem]:
    """`required_plugin_versions`: each entry is met by itself or by one of its alternatives."""
    node = item.need("required_plugin_versions")
    if not isinstance(node, Sequence):
        raise refusal("R013", node.mark, "'required_plugin_versions' must be a list")
    warnings: list[Problem] = []
    for child in node.items:
        if not isinstance(child, Mapping):
            raise refusal("R011", child.mark, "a required plugin must be a mapping", "write {name: …, version: …}")
        entry = Item(child, "required plugin")
        wanted = [plugin(entry)]
        alternatives = entry.get("alternatives")
        if alternatives is not None:
            if not isinstance(alternatives, Sequence):
                raise refusal("R013", alternatives.mark, "'alternatives' must be a list")
            for other in alternatives.items:
                if not isinstance(other, Mapping):
                    raise refusal("R011", other.mark, "an alternative plugin must be a mapping")
                wanted.append(plugin(Item(other, "alternative plugin")))
        if not any(name in PLUGINS and serves(PLUGINS[name], least) for name, least in wanted):
            words = " or ".join(f"{name} {shown(least)}" for name, least in wanted)
            built_in = ", ".join(f"{name} {shown(ours)}" for name, ours in PLUGINS.items())
            raise refusal("R019", child.mark, f"these rules need the plugin {words}", f"built in: {built_in}")
        warnings += entry.odd_keys(("name", "version", "alternatives"))
    return warnings


def plugin(item: Item) -> tuple[str, Version]:
    name, text = item.text("name"), item.text("version")
    least = version(text)
    if least is None:
        raise refusal("R019", item.need("version").mark, f"'{text[:40]}' is no version", "write it as 0.4.0")
    return name, least
