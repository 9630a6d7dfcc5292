"""Rules in a few words, for tests."""

from firmer.errors import BadInput, Problem
from firmer.rules.loader import Loader
from firmer.rules.places import YamlFile
from firmer.rules.problems import falco_code

HEAD = "  desc: d\n  output: o\n  priority: INFO\n"


def rule(condition: str, name: str = "r", more: str = "") -> str:
    return f"- rule: {name}\n  condition: {condition}\n{HEAD}{more}"


def load(*texts: str, loader: Loader | None = None) -> Loader:
    """A loader that has read these texts as files a.yaml, b.yaml …"""
    loader = loader or Loader()
    for at, text in enumerate(texts):
        loader.load_text(YamlFile(f"{chr(97 + at)}.yaml", text))
    return loader


def errors(*texts: str) -> list[Problem]:
    try:
        load(*texts)
    except BadInput as error:
        return error.problems
    return []


def told(problems: list[Problem]) -> list[str]:
    """Problems as `file:line:column code`."""
    return [f"{each.place.file}:{each.place.line}:{each.place.column} {each.code}" for each in problems]


def warnings(*texts: str) -> list[str]:
    loader = load(*texts)
    return [falco_code(each) or each.code for each in loader.problems + loader.unused]
