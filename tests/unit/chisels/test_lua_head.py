"""Plain assignments at the top of Lua files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmer.chisels.lua_head import assignments

CASES = [
    ('name = "a"', {"name": "a"}),
    ("name = 'it\\'s \\65'; other = 2", {"name": "it's A"}),
    ("name = [[long\ntext]]", {"name": "long\ntext"}),
    ("name = [==[a]]b]==]", {"name": "a]]b"}),
    ('local MANY = 10\ntext = "top " .. MANY .. " calls"', {"MANY": 10, "text": "top 10 calls"}),
    (
        'args = {\n\t{name = "x", optional = true}, -- first\n\t{["name"] = "y"},\n}',
        {"args": {1: {"name": "x", "optional": True}, 2: {"name": "y"}}},
    ),
    ("a = -1.5\nb = 0x1F\nc = nil\nd = {}", {"a": -1.5, "b": 31, "c": None, "d": {}}),
    ("--[[ a = 1\n]]\n-- b = 2\nc = 3", {"c": 3}),
    ("a = f()\nb = 1", {"b": 1}),
    ("a = known.part\nb = #t\nc = 1 + 2", {}),
    ("function f()\n\ta = 1\nend\nb = 2", {"b": 2}),
    ("if a == 1 then\nend", {}),
    ('a = "not closed\nb = 1', {"b": 1}),
    ("a = {1, {2}, f()}\n", {}),
    ("a = " + "{" * 10_000, {}),
]


@pytest.mark.parametrize(("source", "values"), CASES)
def test_plain_values_are_read(source, values):
    assert assignments(source) == values


@given(st.text("ab=\"'[]{}-.,;\n \\1", max_size=60))
def test_no_text_breaks_it(source):
    assignments(source)
