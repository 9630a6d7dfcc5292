"""Joining and normalising."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmer.state.paths import join_path

JOINS = [
    (b"/home/", b"f", b"/home/f"),
    (b"/home/", b"../x", b"/x"),
    (b"/home/", b"../../../x", b"/x"),
    (b"/home/", b"./a/./b/.", b"/home/a/b"),
    (b"/home/", b"a//b///c/", b"/home/a/b/c"),
    (b"/home/", b"..foo/...", b"/home/..foo/..."),
    (b"/home/", b"/a/../b", b"/b"),
    (b"/home/", b"/", b"/"),
    (b"/home/", b"..", b"/"),
    (b"", b"rel", b"rel"),
    (b"", b"../rel", b"rel"),
    (b"<UNKNOWN>", b"f", b"<UNKNOWN>f"),
    (b"/home/", b"a" * 1100, b"/DIR_TOO_LONG/FILENAME_TOO_LONG"),
    (b"/home/", b"caf\xc3\xa9", b"/home/caf\xc3\xa9"),
    (b"/home/", b"", b""),
]
SYSDIG = [
    (b"/home/", b"caf\xc3\xa9\n", b"/home/caf..."),
    (b"/home/", b"a" * 1100, b"/PATH_TOO_LONG"),
    (b"/home/", b"", b"/home"),
]


@pytest.mark.parametrize(("base", "name", "path"), JOINS)
def test_join(base, name, path):
    assert join_path(base, name) == path


@pytest.mark.parametrize(("base", "name", "path"), SYSDIG)
def test_join_as_sysdig(base, name, path):
    assert join_path(base, name, sysdig=True) == path


@given(st.binary(max_size=1200), st.binary(max_size=1200), st.booleans())
def test_no_bytes_break_it(base, name, sysdig):
    assert len(join_path(base, name, sysdig)) <= 1100


@given(st.lists(st.sampled_from([b"a", b"..", b".", b"", b"..b"]), max_size=12))
def test_an_absolute_path_is_normal_after_one_round(parts):
    path = join_path(b"/", b"/" + b"/".join(parts))
    assert path.startswith(b"/") and join_path(b"/", path) == path
