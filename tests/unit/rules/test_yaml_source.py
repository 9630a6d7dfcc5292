"""YAML with places, and safe against files that were made to hurt."""

import os

import pytest

from firmer.errors import BadInput
from firmer.rules import yaml_source
from firmer.rules.places import YamlFile
from firmer.rules.yaml_source import Mapping, Scalar, Sequence, decoded, documents, read_file


def read(text: str):
    return documents(YamlFile("f.yaml", text))


def plain(node):
    """A node as Python's own values."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.pairs.items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("# nothing\n", []),
        ("---\n", [None]),
        ("- a\n---\n- b\n", [["a"], ["b"]]),
        ("[in, =, no, 0777, 1:30, 2020-01-01]", [["in", "=", "no", "0777", "1:30", "2020-01-01"]]),
        ("a: 1\na: 2\n", [{"a": "1"}]),
        ("a: {b: 1}\na: {b: 2, c: 3}\nd: 4\n", [{"a": {"b": "1"}, "d": "4"}]),
        ("- &x [a, b]\n- *x\n", [[["a", "b"], ["a", "b"]]]),
        ("a: &x 1\n<<: {b: 2}\n", [{"a": "1", "<<": {"b": "2"}}]),
        ("- !!str 1\n", [["1"]]),
        ("a:\r\n  - b\r\n", [{"a": ["b"]}]),
    ],
)
def test_values_are_the_text_that_was_written(text, expected):
    assert [plain(node) for node in read(text)] == expected


def test_a_key_given_twice_is_remembered():
    (node,) = read("a: 1\nb: 2\na: 3\n")
    assert isinstance(node, Mapping)
    assert [key.mark.shown()[0].line for key in node.twice] == [3]


@pytest.mark.parametrize(
    ("text", "null"), [("a:", True), ("a: ~", True), ("a: null", True), ("a: 'null'", False), ("a: ''", False), ("a: nil", False)]
)
def test_null_is_a_plain_word(text, null):
    (node,) = read(text)
    assert node.pairs["a"].is_null is null


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("- rule: r\n\tdesc: d\n", (2, 1), "R001"),
        ("- a: b: c\n", (1, 7), "R001"),
        ("- *nope\n", (1, 3), "R001"),
        ("- &a [*a]\n", (1, 7), "R003"),
        ("- ? [a]\n  : b\n", (1, 5), "R001"),
        ("- a\n- !!python/object:os.system x\n", (2, 3), "R001"),
        ("- a\n- b\0\n", (2, 4), "R001"),
        ("[" * 30_000, (1, 65), "R003"),
        ("{a: " * 30_000, (1, 257), "R003"),
        ("- 'unclosed\n", (2, 1), "R001"),
        ("- ? " + "k" * 2000 + "\n  : v\n", (1, 5), "R003"),
        ("%YAML 9.9\n---\n- a\n", (1, 1), "R001"),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_place(text, place, code):
    with pytest.raises(BadInput) as error:
        read(text)
    (problem,) = error.value.problems
    assert (problem.place.line, problem.place.column) == place
    assert problem.code == code


def test_aliases_count_as_what_they_stand_for():
    bomb = "- &a0 [x]\n" + "".join(f"- &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(9))
    with pytest.raises(BadInput, match="aliases followed"):
        read(bomb)


@pytest.mark.parametrize(("content", "text"), [(b"- a\n", "- a\n"), (b"\xef\xbb\xbf- a\n", "- a\n"), ("- ä\n".encode(), "- ä\n")])
def test_utf8_is_read(content, text):
    assert decoded("f", content).text == text


@pytest.mark.parametrize("content", [b"- a\n- caf\xe9\n", "- a".encode("utf-16"), "- a".encode("utf-32")])
def test_other_encodings_are_refused(content):
    with pytest.raises(BadInput, match="not UTF-8"):
        decoded("f", content)


def test_what_is_no_file_is_refused(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_text("#" * 100)
    monkeypatch.setattr(yaml_source, "MAX_BYTES", 50)
    for name, words in {"pipe": "no regular file", ".": "no regular file", "nothing": "cannot be read", "large": "is larger"}.items():
        with pytest.raises(BadInput, match=words):
            read_file(str(tmp_path / name))


def test_a_directory_that_cannot_be_opened_names_itself():
    with pytest.raises(BadInput) as error:
        read_file("/proc/self/mem/x")
    assert error.value.problems[0].place.file == "/proc/self/mem/x"
