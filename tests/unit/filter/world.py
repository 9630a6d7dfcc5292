"""Fields of every type with values given by hand, and cases that ask about them: what the tests of this folder share."""

from __future__ import annotations

import socket
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from firmer.filter.check import Checked, check
from firmer.filter.given import VALUES, GivenFields, given_event, given_field, no_state
from firmer.filter.parse import parse
from firmer.filter.program import AtomTable, RuleProgram
from firmer.filter.reference import evaluate
from firmer.filter.source import Source
from firmer.filter.tree import MANY, Tree

CASES = Path(__file__).parent / "cases"
OPEN = 3  # an event type with a name: exit of open

FIELDS = GivenFields(
    given_field("evt.type", "CHARBUF"),
    given_field("syscall.type", "CHARBUF"),
    given_field("t.text", "CHARBUF"),
    given_field("t.other", "CHARBUF"),
    given_field("t.env", "CHARBUF", argument="optional", parse=str.encode),
    given_field("t.buffer", "BYTEBUF"),
    given_field("t.int", "INT64"),
    given_field("t.more", "INT64"),
    given_field("t.small", "INT32"),
    given_field("t.uint", "UINT64"),
    given_field("t.bool", "BOOL"),
    given_field("t.port", "PORT"),
    given_field("t.double", "DOUBLE"),
    given_field("t.ip", "IPADDR"),
    given_field("t.net", "IPNET"),
    given_field("t.any", "CHARBUF", many=MANY.index("any"), no_transformer=True, no_right_hand_side=True),
    given_field("t.ports", "PORT", many=MANY.index("either"), no_transformer=True, no_right_hand_side=True),
    given_field("t.ips", "IPADDR", many=MANY.index("either"), no_transformer=True, no_right_hand_side=True),
    given_field("t.nets", "IPNET", many=MANY.index("either"), no_transformer=True, no_right_hand_side=True),
    given_field("t.list", "CHARBUF", is_list=True),
    given_field("t.within", "UINT64", many=MANY.index("within")),
    given_field("t.old", "UINT64", deprecated=True),
)
STATE = no_state()


@cache
def checked(text: str, dialect: str = "falco") -> Checked:
    source = Source(text)
    return check(parse(text, dialect, source), source, dialect, FIELDS.find)


def value(name: str, given: Any) -> Any:
    """A value as a case file writes it, as a getter gives it."""
    kind = FIELDS.find(name, "falco")[0].type
    if isinstance(given, list):
        return [value(name, each) for each in given]
    if kind in {"IPADDR", "IPNET"}:
        return socket.inet_pton(socket.AF_INET6 if ":" in given else socket.AF_INET, given)
    if isinstance(given, str):
        return given.encode("latin-1" if kind == "BYTEBUF" else "utf-8")
    return int(given) if kind != "DOUBLE" else float(given)


def values(given: dict[str, Any]) -> dict[str, Any]:
    return {"evt.type": b"open", "syscall.type": b"open", **{name: value(name, each) for name, each in given.items()}}


def by_reference(tree: Tree, given: dict[str, Any]) -> bool:
    return evaluate(tree, lambda operand: given.get(operand.text))


_serial = 0


def event(kind: int = OPEN):
    """The next event: each has a number of its own, as in a capture."""
    global _serial
    _serial += 1
    return given_event(_serial, kind)


def natively(program: RuleProgram, given: dict[str, Any], kind: int = OPEN) -> list[int]:
    VALUES.clear()
    VALUES.update(given)
    return program.matches(event(kind), STATE)


def compiled(*trees: Tree, first: bool = False) -> RuleProgram:
    return RuleProgram(trees, AtomTable("falco", FIELDS.slot), first)


def rows() -> list[tuple[str, dict[str, Any], str, bool]]:
    """(name, values, condition, verdict) of all case files."""
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        for number, group in enumerate(yaml.safe_load(path.read_text())):
            for verdict in (True, False):
                for text in group.get(verdict, "").splitlines():
                    found.append((f"{path.stem}-{number}-{text}", group.get("values", {}), text, verdict))
    return found
