"""What a Lua file assigns at its top: texts, numbers and tables of them, read without running anything.

Only assignments that begin a line count (`name = …`, `local name = …`), and only values that are plain: strings, numbers, names that were
assigned before, tables of these, and strings joined by `..`. All else is passed over.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

LuaTable = dict[object, "LuaValue"]
LuaValue = str | float | int | bool | None | LuaTable

TOKEN = re.compile(
    r"""
    (?P<long>--\[(?P<level>=*)\[.*?\](?P=level)\]) | (?P<comment>--[^\n]*) | (?P<space>\s+)
    | (?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*') | (?P<block>\[(?P<fence>=*)\[.*?\](?P=fence)\])
    | (?P<number>0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?) | (?P<name>[A-Za-z_]\w*) | (?P<sign>\.\.\.|\.\.|==|~=|<=|>=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(\d{1,3}|.)", re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
WORDS: dict[str, bool | None] = {"true": True, "false": False, "nil": None}
COMPUTES = frozenset("+ - * / % ^ . : ( [ = == ~= < > <= >= and or".split())  # behind a value: it is only part of one
MAX_DEPTH = 20  # of tables in tables


class Token(NamedTuple):
    kind: str
    text: str
    first: bool  # at the very beginning of a line


class NotPlain(Exception):
    """The value is computed."""


def assignments(source: str) -> dict[str, LuaValue]:
    """Names and their plain values, as last assigned."""
    tokens = list(_tokens(source))
    found: dict[str, LuaValue] = {}
    at = 0
    while at < len(tokens):
        start = at + (tokens[at].first and tokens[at].text == "local")
        at += 1
        if (
            start + 1 < len(tokens)
            and tokens[start].kind == "name"
            and tokens[start + 1].text == "="
            and (tokens[start].first or start == at)
        ):
            try:
                value, end = _joined(tokens, start + 2, found, 0)
            except (NotPlain, IndexError):
                continue
            found[tokens[start].text] = value
            at = end
    return found


def _tokens(source: str) -> Iterator[Token]:
    for match in TOKEN.finditer(source):
        # lastgroup names the group that closed last; a fence is part of its block
        kind = {"level": "long", "fence": "block"}.get(match.lastgroup or "", match.lastgroup or "")
        if kind not in ("long", "comment", "space"):
            yield Token(kind, match[0], match.start() == 0 or source[match.start() - 1] == "\n")


def _joined(tokens: list[Token], at: int, known: dict[str, LuaValue], depth: int) -> tuple[LuaValue, int]:
    """A value, or several joined."""
    value, at = _single(tokens, at, known, depth)
    while at < len(tokens) and tokens[at].text == "..":
        more, at = _single(tokens, at + 1, known, depth)
        if isinstance(value, dict) or isinstance(more, dict):
            raise NotPlain
        value = f"{value}{more}"
    if at < len(tokens) and tokens[at].text in COMPUTES:
        raise NotPlain
    return value, at


def _single(tokens: list[Token], at: int, known: dict[str, LuaValue], depth: int) -> tuple[LuaValue, int]:
    token = tokens[at]
    if token.kind == "string":
        return ESCAPE.sub(_unescaped, token.text[1:-1]), at + 1
    if token.kind == "block":
        text = token.text[token.text.index("[", 1) + 1 : token.text.rindex("]", 0, -1)]
        return text.removeprefix("\n"), at + 1
    if token.kind == "number":
        return int(token.text, 16) if token.text[:2] in ("0x", "0X") else float(token.text) if "." in token.text else int(
            float(token.text)
        ), at + 1
    if token.text == "-" and tokens[at + 1].kind == "number":
        value, end = _single(tokens, at + 1, known, depth)
        return -value if isinstance(value, int | float) else None, end
    if token.text in WORDS:
        return WORDS[token.text], at + 1
    if token.text == "{" and depth < MAX_DEPTH:
        return _table(tokens, at + 1, known, depth + 1)
    if token.kind == "name" and token.text in known:
        return known[token.text], at + 1
    raise NotPlain


def _table(tokens: list[Token], at: int, known: dict[str, LuaValue], depth: int) -> tuple[LuaTable, int]:
    table: LuaTable = {}
    count = 0
    while tokens[at].text != "}":
        key: object
        if tokens[at].kind == "name" and tokens[at + 1].text == "=":
            key, at = tokens[at].text, at + 2
        elif tokens[at].text == "[" and tokens[at + 2].text == "]" and tokens[at + 3].text == "=":
            key = _single(tokens, at + 1, known, depth)[0]
            at += 4
            if isinstance(key, dict):
                raise NotPlain
        else:
            count += 1
            key = count
        table[key], at = _joined(tokens, at, known, depth)
        if tokens[at].text in (",", ";"):
            at += 1
        elif tokens[at].text != "}":
            raise NotPlain
    return table, at + 1


def _unescaped(match: re.Match[str]) -> str:
    text = match[1]
    return chr(int(text) & 255) if text.isdigit() else ESCAPES.get(text, text)
