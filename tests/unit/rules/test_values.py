"""Values of keys: what each kind takes, and what it refuses."""

import pytest

from firmer.errors import BadInput
from firmer.rules.places import YamlFile
from firmer.rules.values import Item
from firmer.rules.yaml_source import documents


def item(text: str) -> Item:
    (node,) = documents(YamlFile("f.yaml", text))
    return Item(node, "rule")


@pytest.mark.parametrize("word", "y yes Yes YES true True TRUE on On ON".split())
def test_words_for_yes(word):
    assert item(f"k: {word}").flag("k") is True


@pytest.mark.parametrize("word", "n no false False off OFF 'false'".split())
def test_words_for_no(word):
    assert item(f"k: {word}").flag("k") is False


@pytest.mark.parametrize("word", ["maybe", "tRUE", "1", "[true]", "''", "~"])
def test_other_words_are_neither(word):
    with pytest.raises(BadInput):
        item(f"k: {word}").flag("k")


@pytest.mark.parametrize(("word", "number"), [("0", 0), ("5000", 5000), ("'7'", 7)])
def test_numbers(word, number):
    assert item(f"k: {word}").number("k") == number


@pytest.mark.parametrize("word", ["-1", "x", "1.5", "9" * 5000, "4294967296", "٣"])
def test_what_is_no_number(word):
    with pytest.raises(BadInput):
        item(f"k: {word}").number("k")


@pytest.mark.parametrize(
    ("word", "name"),
    [("INFO", "informational"), ("Informational", "informational"), ("warning", "warning"), ("Notice", "notice"), ("DEBUG", "debug")],
)
def test_priorities_in_any_case(word, name):
    from firmer.rules.model import PRIORITIES

    assert PRIORITIES[item(f"priority: {word}").priority()] == name


@pytest.mark.parametrize("word", ["WARN", "URGENT", "", "[INFO]"])
def test_what_is_no_priority(word):
    with pytest.raises(BadInput):
        item(f"priority: {word}").priority()


@pytest.mark.parametrize("text", ["k: {a: b}", "k: [a]", "k:", "k: ''", "other: 1"])
def test_a_text_must_be_there(text):
    with pytest.raises(BadInput):
        item(text).text("k")


def test_rows_of_texts():
    assert item("k: [a, 1, '', 'null']").texts("k") == ["a", "1", "", "null"]
    assert item("k: []").texts("k") == []
    assert item("k: [no, on, null, ~, 0777, 1:30, 0x1F, 2001-01-01]").texts("k") == [
        "no",
        "on",
        "null",
        "~",
        "0777",
        "1:30",
        "0x1F",
        "2001-01-01",
    ]
    for bad in ("k: a", "k: [[a]]", "k: [a, {b: c}]", "k:\n  -\n", "k: {a: b}"):
        with pytest.raises(BadInput):
            item(bad).texts("k")


@pytest.mark.parametrize("name", ['"a\\eb"', '"a\\u202eb"', '"a\\x07"', '"a\\nb"'])
def test_a_name_with_hidden_characters_is_refused(name):
    with pytest.raises(BadInput, match="cannot be seen"):
        item(f"rule: {name}").name()


def test_trimmed_texts_keep_their_places():
    source = item('k: "  one two \\n"').trimmed("k")
    assert source.text == "one two"
    assert source.place(4, 3)[0].column == 11


def test_odd_keys_are_told_with_what_they_may_have_meant():
    unknown, twice = item("rule: r\nouput: x\nrule: s\n").odd_keys(("rule", "output"))
    assert (unknown.code, unknown.place.line, unknown.hint) == ("R051", 2, "did you mean 'output'?")
    assert (twice.code, twice.place.line) == ("R052", 3)
