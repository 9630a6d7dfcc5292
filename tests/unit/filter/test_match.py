"""The native matchers agree with the plain ones."""

import ipaddress

from firmer.filter.match import merged, span
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.filter.world import checked, compiled, natively

from firmer.filter.operators import in_net
from firmer.filter.patterns import glob_matches, path_matches
from firmer.filter.program import AtomTable
from firmer.filter.tree import Atom

GLOBS = st.text("ab*?[]!\\/", max_size=8).map(str.encode)
VALUES = st.text("ab/*[", max_size=8).map(str.encode)
PATHS = st.lists(st.sampled_from([b"/", b"/a", b"/a/", b"/a/b", b"a/b", b"//a//b", b"/a/*", b"/*/b", b"/ab", b"*"]), max_size=4).map(
    frozenset
)


def asked(condition, constant, **values):
    atom = checked(condition).tree
    return bool(natively(compiled(Atom(atom.left, atom.operator, "", constant)), {"t." + name: value for name, value in values.items()}))


@settings(max_examples=500, deadline=None)
@given(GLOBS, VALUES, st.booleans())
def test_globs(pattern, value, fold):
    assert asked("t.text iglob a" if fold else "t.text glob a", pattern, text=value) == glob_matches(value, pattern, fold)


def test_a_glob_of_many_stars_ends_soon():
    assert not asked("t.text glob a", b"*a" * 200 + b"b", text=b"a" * 20000)


@settings(max_examples=300, deadline=None)
@given(PATHS, st.sampled_from([b"/a", b"/a/b", b"/a/b/c", b"/ab", b"a/b", b"", b"/", b"//a/b", b"/a/", b"/b"]))
def test_paths(paths, value):
    assert asked("t.text pmatch (a)", paths, text=value) == path_matches(value, paths)


def networks(size):
    bits = size * 8
    return st.tuples(st.binary(min_size=size, max_size=size), st.integers(0, bits)).map(
        lambda net: ((int.from_bytes(net[0], "big") >> (bits - net[1]) << (bits - net[1])).to_bytes(size, "big"), net[1])
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(networks(4), networks(16)), max_size=12), st.data())
def test_networks(nets, data):
    near = [net[0] for net in nets] or [bytes(4)]
    address = data.draw(st.one_of(st.sampled_from(near), st.binary(min_size=4, max_size=4), st.binary(min_size=16, max_size=16)))
    if nets:
        assert asked("t.net in (::1)", frozenset(nets), net=address) == any(in_net(address, net) for net in nets)


def test_spans_are_joined():
    nets = [
        (ipaddress.ip_address(text).packed, prefix)
        for text, prefix in [("10.0.0.0", 24), ("10.0.1.0", 24), ("10.0.0.128", 25), ("11.0.0.0", 8)]
    ]
    assert merged([span(net) for net in nets]) == [(0x0A000000, 0x0A0001FF), (0x0B000000, 0x0BFFFFFF)]


def test_an_empty_list_of_networks():
    assert not asked("t.net in (::1)", frozenset(), net=bytes(4))
    assert len(AtomTable()) == 0
