"""The parser by tables says of each text what lark itself says, and makes the same of it."""

import pytest
from lark import Lark, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from firmer.filter.grammar import make_tables
from firmer.filter.lalr import Parser, Unexpected

GRAMMAR = r"""
start: _list
operand: WORD
_list: sum (_COMMA sum)*
?sum: atom (PLUS atom)*
?atom: WORD -> word
     | LPAR sum RPAR -> bracket
     | MARK number
number: NUMBER
PLUS: "+"
_COMMA: ","
LPAR: "("
RPAR: ")"
MARK.2: /#(?=[0-9 ])/
NUMBER: /[0-9]+/
WORD: /[a-z]+|#/
%ignore /[ \n]+/
"""
NAMES = ("start", "operand", "sum", "atom", "word", "bracket", "number")
TEXTS = [
    "a",
    " a ",
    "a,b , c",
    "a+b+c",
    "(a)",
    "((a+b)+c),(d)",
    "# 5",
    "#5+#",
    "# + #6",
    "a\n+\nb ",
    "",
    " ",
    "a,",
    "a b",
    "(a",
    "(a,b)",
    "a)",
    "5",
    "a + ?",
    "# x",
    "#5 5",
    "?",
    "a+)",
    "(" * 50 + "a" + ")" * 50,
]


class Shown:
    """A builder that tells which rule was called with which values, and where the tokens stood."""

    def __getattr__(self, name: str):
        if name not in NAMES:
            raise AttributeError(name)
        return lambda values: (name, [show(value) for value in values])


def show(value):
    return (str(value), value.start_pos, value.end_pos) if isinstance(value, str) else value


class LarkShown(Transformer):
    def __getattr__(self, name: str):
        return getattr(Shown(), name)


def by_lark(text: str, start: str):
    try:
        return Lark(
            GRAMMAR, parser="lalr", lexer="contextual", start=["start", "operand"], transformer=LarkShown(), maybe_placeholders=False
        ).parse(text, start=start)
    except UnexpectedInput as error:
        expected = error.accepts if isinstance(error, UnexpectedToken) else error.allowed
        ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        assert isinstance(error, UnexpectedToken | UnexpectedCharacters)
        return len(text) if ended else error.pos_in_stream, set(expected)


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser(make_tables(GRAMMAR), Shown())


@pytest.mark.parametrize("start", ["start", "operand"])
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text)[:20])
def test_as_lark(parser, text, start):
    try:
        found = parser.parse(text, start)
    except Unexpected as error:
        found = error.at, error.expected
    assert found == by_lark(text, start)


def test_what_the_builder_raises_comes_out(parser):
    class Angry(Shown):
        def word(self, values):
            raise ValueError(values[0])

    with pytest.raises(ValueError, match=r"^b$"):
        Parser(make_tables(GRAMMAR), Angry()).parse(" b", "start")
