"""Transformers by themselves; what they do within conditions is tabled in cases/."""

import pytest
from unit.filter.world import checked

from firmer.filter.transformers import BY_NAME, TRANSFORMERS, decode_base64, length, options


@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=lambda each: each.name)
def test_declaration_is_whole(transformer):
    assert transformer.help[0].isupper() and transformer.help.endswith(".")
    assert transformer.example.startswith(transformer.name + "(")
    assert 1 <= transformer.least <= transformer.most
    assert BY_NAME[transformer.name] is transformer


@pytest.mark.parametrize(
    "text, data",
    [
        (b"aGVsbG8=", b"hello"), (b"aGVsbG8", b"hello"), (b"aGk=", b"hi"), (b"aGk", b"hi"), (b"", b""), (b"a", None), (b"aGVsbG8==", b"hello"),
        (b"aGVs bG8=", None), (b"aGVsbG8===", None), (b"a-_k", None), (b"/w==", b"\xff"),
    ],
)  # fmt: skip
def test_base64(text, data):
    assert decode_base64(text) == data


def test_length():
    assert length(b"ab\0c", "text") == 2
    assert length(b"ab\0c", "buffer") == 4
    assert length([b"a", b"b"], "text") == 2


@pytest.mark.parametrize(
    "words, letters, row",
    [
        ("-a -b x", "ab:", "a b x"), ("-ab x", "ab:", "a b x"), ("-abx y", "ab:", "a b x"), ("-a x -b y", "ab:", "a"), ("-a -- -b", "ab", "a"),
        ("-z -a", "a", "? a"), ("-b", "b:", "?"), ("x", "a", ""), ("", "a", ""), ("- -a", "a", ""), ("-:", "a:", "?"), ("-a -a", "a", "a a"),
    ],
)  # fmt: skip
def test_options_of_a_command_line(words, letters, row):
    assert options(words.encode().split(), letters.encode(), None) == row.encode().split()


def test_value_of_one_option():
    words = [b"-c", b"first", b"-x", b"-c", b"last"]
    assert options(words, b"c:x", b"c") == b"last"
    assert options(words, b"c:x", b"x") == b""
    assert options(words, b"c:x", b"y") is None


def test_results_have_types():
    assert checked("len(t.text) > 1").tree.left.type == "UINT64"
    assert checked("b64(t.buffer) contains a").tree.left.kind == "buffer"
    assert checked('getopt((t.text), "a") exists').tree.left.many == "list"
