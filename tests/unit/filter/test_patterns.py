"""Globs are those of the C library, path prefixes go by components."""

import ctypes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmer.filter.patterns import compiled_regex, glob_matches, path_matches, valid_utf8

CASEFOLD = 1 << 4
libc = ctypes.CDLL(None)
libc.fnmatch.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int]
LETTERS = st.sampled_from(
    [b"a", b"b", b"A", b"*", b"?", b"[", b"]", b"!", b"^", b"-", b"\\", b"/", b".", b"[a-b]", b"[[:alpha:]]", b"[]a]", b"[!a]"]
)


@settings(max_examples=400)
@given(
    st.lists(LETTERS, max_size=8).map(b"".join),
    st.lists(st.sampled_from([b"a", b"b", b"A", b"]", b"[", b"/", b"-", b"\\", b"."]), max_size=6).map(b"".join),
    st.booleans(),
)
def test_globs_are_the_c_librarys(pattern, value, fold):
    assert glob_matches(value, pattern, fold) == (libc.fnmatch(pattern, value, CASEFOLD if fold else 0) == 0)


@pytest.mark.parametrize(
    "value, path, verdict",
    [
        (b"/lib/x", b"/lib", True), (b"/lib", b"/lib", True), (b"/library", b"/lib", False), (b"/lib", b"/lib/x", False),
        (b"/a/b/c", b"/a/*/c", True),
        (b"/a/b/c/d", b"/a/*/c", True), (b"/a/b", b"/a/*/c", False), (b"/a/bcd/e", b"/a/b*d", True), (b"/a//b", b"/a/b", True), (b"/x", b"/", True),
    ],
)  # fmt: skip
def test_paths_go_by_components(value, path, verdict):
    assert path_matches(value, [path]) is verdict
    assert path_matches(value, [b"/other", path]) is verdict
    assert not path_matches(value, [])


@pytest.mark.parametrize("pattern", [b"(", b"(?i)a", b"a(?=b)", rb"\d", b"[a", b"\xff"])
def test_expressions_that_re2_refuses(pattern):
    with pytest.raises(ValueError):
        compiled_regex(pattern)


def test_bytes_that_are_no_characters_are_replaced():
    assert valid_utf8(b"a\xffb") == "a\ufffdb".encode()
    assert valid_utf8("ü".encode()) == "ü".encode()
