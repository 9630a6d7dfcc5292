"""Bytes that are no text, for terminals and for JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmer.events.escape import escaped, json_text

TERMINAL = [
    (b"plain", b"plain"),
    ("späte Grüße \u20ac \U0001f600".encode(), "späte Grüße \u20ac \U0001f600".encode()),
    (b"\x1b[2J\x07", b"\\x1b[2J\\x07"),
    (b"a\n\t\x7f", b"a\\x0a\\x09\\x7f"),
    (b"\xc2\x9b2J", b"\\xc2\\x9b2J"),  # CSI as one character
    (b"\x9b2J", b"\\x9b2J"),  # ... and as one byte
    (b"\xed\xa0\x80", b"\\xed\\xa0\\x80"),  # half a surrogate pair
    (b"\xc3", b"\\xc3"),
    (b"\xf0\x9f", b"\\xf0\\x9f"),
]


@pytest.mark.parametrize(("data", "text"), TERMINAL)
def test_terminal(data, text):
    assert escaped(data) == text


def test_line_ends_may_stay():
    assert escaped(b"a\n\tb\r", lines=True) == b"a\n\tb\\x0d"


JSON = [
    (b'a"b\\c/', rb'"a\"b\\c/"'),
    (b"\n\t\r\b\f\x01", rb'"\n\t\r\b\f\u0001"'),
    ("ö\u20ac\U0001f600".encode(), rb'"\u00f6\u20ac\ud83d\ude00"'),
    (b"c\xff", rb'"c\ufffd"'),
    (b"\xed\xa0\x80", rb'"\ufffd"'),
    (b"\x7f", b'"\x7f"'),
]


@pytest.mark.parametrize(("data", "text"), JSON)
def test_json(data, text):
    assert json_text(data) == text


def test_json_for_a_terminal():
    assert json_text(b"\x7f", terminal=True) == rb'"\u007f"'


@given(st.text())
def test_json_reads_back(text):
    if not any(0xD800 <= ord(letter) < 0xE000 for letter in text):
        assert json.loads(json_text(text.encode()), strict=False) == text


@given(st.binary())
def test_any_bytes_are_harmless(data):
    text = escaped(data)
    assert text.decode().isprintable() or all(ord(letter) >= 0xA0 or letter.isprintable() for letter in text.decode())
    json.loads(json_text(data), strict=False)
