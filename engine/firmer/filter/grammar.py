"""From grammar.lark to tables: what lark makes of the grammar, as far as lalr.pyx needs it.

The tables are kept beside the grammar by the build (`make build`): importing lark and making them takes longer than all else at start-up.
Where they are missing or of another grammar they are made anew.
"""

from __future__ import annotations

import json
import os
from zlib import crc32

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import Any

FOLDER = os.path.dirname(os.path.abspath(__file__))
STARTS = ["start", "operand"]


def tables(folder: str = FOLDER) -> dict[str, Any]:
    """The tables of grammar.lark in the folder; kept there where that is allowed."""
    with open(os.path.join(folder, "grammar.lark"), encoding="utf-8") as file:
        grammar = file.read()
    kept, mark = os.path.join(folder, "grammar.tables"), crc32(grammar.encode())
    try:
        with open(kept, encoding="utf-8") as file:
            found: dict[str, Any] = json.load(file)
        if found["grammar"] == mark:
            return found
    except (OSError, ValueError, KeyError, TypeError):
        pass  # made anew below
    made = {"grammar": mark, **make_tables(grammar)}
    keep(kept, json.dumps(made, separators=(",", ":")))
    return made


def keep(path: str, text: str) -> None:
    """Whoever reads meanwhile sees the old file or the new one."""
    part = f"{path}.{os.getpid()}"
    try:
        with open(part, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(part, path)
    except OSError:
        pass  # a folder of somebody else's: each start makes them, which is only slow


def make_tables(grammar: str) -> dict[str, Any]:
    """What the grammar says, as lists and dicts.

    actions    by state: terminal -> state to go to, or -1 - rule to reduce by
    gotos      by state: left side of a rule -> state
    lexers     by state: terminals to look for, in this order
    rules      left side, size, whether a single value stands for itself, [place, dissolves] of the values taken, method of the builder
    """
    from lark import Lark
    from lark.lexer import ContextualLexer, PatternStr
    from lark.parsers.lalr_analysis import Shift
    from lark.parsers.lalr_parser import LALR_Parser

    made = Lark(grammar, parser="lalr", lexer="contextual", start=STARTS, maybe_placeholders=False)
    inner: Any = made.parser
    parser, lexer = inner.parser, inner.lexer
    assert isinstance(parser, LALR_Parser) and isinstance(lexer, ContextualLexer)
    table: Any = parser._parse_table  # lark has no other way to them
    found: Any = lexer.lexers
    rules = {rule: number for number, rule in enumerate(made.rules)}
    actions: list[dict[str, int]] = []
    gotos: list[dict[str, int]] = []
    lexers: list[list[str]] = []
    for state in range(len(table.states)):
        row = table.states[state]
        actions.append(
            {name: arg if action is Shift else -1 - rules[arg] for name, (action, arg) in row.items() if name == "$END" or name.isupper()}
        )
        gotos.append({name: arg for name, (_, arg) in row.items() if not (name == "$END" or name.isupper())})
        wanted = [each for each in found[state].terminals if each.name not in made.ignore_tokens]
        words = [each.pattern.value for each in wanted if isinstance(each.pattern, PatternStr)]
        for each in wanted:  # such a word would need a second look at what was found
            assert isinstance(each.pattern, PatternStr) or not any(matches_whole(each.pattern.to_regexp(), word) for word in words), (
                each.name
            )
        lexers.append([each.name for each in wanted])
    (blanks,) = (each for each in made.terminals if each.name in made.ignore_tokens)
    return {
        "actions": actions,
        "gotos": gotos,
        "lexers": lexers,
        "rules": [rule_row(rule) for rule in made.rules],
        "terminals": {each.name: each.pattern.to_regexp() for each in made.terminals if each is not blanks},
        "blanks": blanks.pattern.to_regexp(),
        "starts": dict(table.start_states),
        "ends": dict(table.end_states),
    }


def matches_whole(pattern: str, word: str) -> bool:
    import re

    return re.fullmatch(pattern, word) is not None


def rule_row(rule: Any) -> list[Any]:
    taken = [
        [place, not symbol.is_term and symbol.name.startswith("_")]
        for place, symbol in enumerate(rule.expansion)
        if not (symbol.is_term and symbol.filter_out)
    ]
    left, name = str(rule.origin.name), str(rule.alias or rule.origin.name)  # lark has its own kind of str
    lifts = bool(rule.options.expand1) and not rule.alias
    made = not name.startswith("_") and not (lifts and len(taken) == 1)
    return [left, len(rule.expansion), lifts, taken, name if made else ""]
