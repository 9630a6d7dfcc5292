"""A place inside of a value is a place in the file, however the value was written."""

import pytest

from firmer.rules.places import Joined, Made, Mark, YamlFile
from firmer.rules.yaml_source import documents

STYLES = {
    "plain": "a: one two three\n",
    "plain-lines": "a: one\n  two\n  three\n",
    "single": "a: 'one two three'\n",
    "double": 'a: "one two three"\n',
    "double-lines": 'a: "one \\\n  two\n  three"\n',
    "folded": "a: >\n  one\n  two three\n",
    "folded-strip": "a: >-\n    one two\n    three\n",
    "folded-blank-lines": "a: >\n\n  one\n\n  two\n  three\n",
    "literal": "a: |\n  one\n  two three\n",
    "literal-indent": "a: |2\n   one two\n     three\n",
    "crlf": "a: >\r\n  one\r\n  two\r\n  three\r\n",
    "umlaut": "a: 'äöü one two three'\n",
}


def written(text: str):
    (node,) = documents(YamlFile("f.yaml", text))
    return node.pairs["a"].source()


@pytest.mark.parametrize("word", ["one", "two", "three"])
@pytest.mark.parametrize("style", STYLES)
def test_a_word_is_found_in_the_file(style, word):
    source = written(STYLES[style])
    place, line = source.place(source.text.index(word), len(word))
    assert line[place.column - 1 : place.column - 1 + place.length] == word
    assert line == STYLES[style].splitlines()[place.line - 1]


@pytest.mark.parametrize(
    ("text", "word"), [('a: "x \\"q\\" \\x41 end"\n', "end"), ("a: 'it''s the end'\n", "end"), ('a: "\\u00e4\\t\\U0001F600 end"\n', "end")]
)
def test_escapes_take_more_room_in_the_file(text, word):
    source = written(text)
    place, line = source.place(source.text.index(word), len(word))
    assert line[place.column - 1 : place.column + 2] == word


@pytest.mark.parametrize("at", [-5, 0, 3, 12, 13, 99])
@pytest.mark.parametrize("style", STYLES)
def test_no_place_lies_outside_of_the_file(style, at):
    place, line = written(STYLES[style]).place(at, 5)
    assert 1 <= place.line <= STYLES[style].count("\n") + 1
    assert 1 <= place.column <= len(line) + 1
    assert place.length >= 1


def test_an_appended_text_stands_where_it_was_written():
    first, second = written("a: one\n"), written("b: x\na: two three\n")
    joined = Joined(first, second)
    assert joined.text == "one two three"
    assert joined.place(0, 3)[0].line == 1
    assert (joined.place(8, 5)[0].line, joined.place(8, 5)[0].column) == (2, 8)


def test_a_made_text_stands_where_it_comes_from():
    mark = Mark(YamlFile("f.yaml", "a\n  here\n"), 4, 4)
    place, line = Made("something long", mark).place(10, 2)
    assert (place.line, place.column, place.length, line) == (2, 3, 4, "  here")
