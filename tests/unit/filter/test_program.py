"""Programs: natively everything is as the reference says, alone and in sets of rules."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.filter.world import FIELDS, OPEN, STATE, by_reference, checked, compiled, event, natively, rows, values

from firmer.filter import operators
from firmer.filter.ast import And, Not, Or
from firmer.filter.check import check
from firmer.filter.event_types import names
from firmer.filter.given import VALUES
from firmer.filter.parse import parse
from firmer.filter.program import AtomTable, Condition, RuleProgram
from firmer.filter.question import OP_NAMES
from firmer.filter.source import Source
from firmer.filter.tree import Atom

CLOSE = 5


@pytest.mark.parametrize("given, text, verdict", [pytest.param(*row[1:], id=row[0]) for row in rows()])
def test_natively_as_the_table(given, text, verdict):
    assert bool(natively(compiled(checked(text).tree), values(given))) is verdict


def test_operators_have_the_numbers_of_their_declarations():
    assert tuple(operator.name for operator in operators.OPERATORS) == OP_NAMES


# random conditions over random values

TEXTS = st.sampled_from(
    [b"", b"a", b"b", b"ab", b"abc", b"ABC", b"/", b"/a", b"/a/b", b"/a/b/c", b"a*b", b"\xff\xfe", "ü".encode(), b"aGk="]
)
NUMBERS = st.sampled_from([0, 1, 2, 80, 443, 65535, 2**31, 2**63 - 1, 2**63, 2**64 - 1])
SIGNED = st.sampled_from([0, 1, -1, 80, -(2**63), 2**63 - 1])
IPS = st.sampled_from([bytes(4), b"\x0a\x01\x02\x03", b"\x0a\x01\x02\x04", bytes(16), bytes(15) + b"\x01", b"\xfe\x80" + bytes(14)])
NETS = st.tuples(IPS, st.integers(0, 128)).map(lambda net: masked(net[0], min(net[1], len(net[0]) * 8)))
PATTERNS = st.text("ab*?[]!^-/\\A", max_size=6).map(str.encode)
REGEXES = st.sampled_from([b"a*", b".*", b"[ab]+", b"/a(/.*)?", b"ab|abc", b"", b"ABC"])


def masked(address: bytes, prefix: int) -> tuple[bytes, int]:
    shift = len(address) * 8 - prefix
    return (int.from_bytes(address, "big") >> shift << shift).to_bytes(len(address), "big"), prefix


KINDS: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS, "buffer": TEXTS, "signed": SIGNED, "unsigned": NUMBERS, "bool": st.sampled_from([0, 1]), "port": st.sampled_from([0, 80, 443]),
    "double": st.sampled_from([0.0, 0.5, 1.0, 80.0]), "ip": IPS, "net": IPS,
}  # fmt: skip
CONSTANTS = {**KINDS, "net": NETS, "double": st.sampled_from([0, 1, 80])}
PLAIN = [field for field in FIELDS.fields if field.startswith("t.") and field not in {"t.env", "t.old"}]
CALLS = [
    "tolower(t.text)",
    "toupper(t.other)",
    "basename(t.text)",
    "len(t.text)",
    "len(t.buffer)",
    "len(t.list)",
    "b64(t.text)",
    "concat(t.text, t.other)",
]
CALLS += ['join(",", (t.text, "x", t.other))', 'getopt((t.text, t.other), "ab:")', 'getopt((t.text, t.other), "ab:")[b]', "tolower(t.list)"]
OPERANDS = [checked(f"{text} exists").tree.left for text in PLAIN + CALLS]
PAIRS = [
    (left, right)
    for left in OPERANDS
    for right in OPERANDS
    if left.type == right.type and left.many == right.many and left.many in {"one", "list"} and left.kind != "net"
]


@st.composite
def atoms(draw):
    if draw(st.integers(0, 4)) == 0:
        left, right = draw(st.sampled_from(PAIRS))
        allowed = [
            each for each in operators.OPERATORS if each.fields and left.kind in each.kinds and each.name != "exists" and left.kind != "net"
        ]
        if left.many == "list":
            allowed = [each for each in allowed if each.name in {"in", "intersects"}]
        return Atom(left, draw(st.sampled_from(allowed)), right=right)
    left = draw(st.sampled_from(OPERANDS))
    allowed = [each for each in operators.OPERATORS if left.kind in each.kinds]
    if left.many == "list":
        allowed = [each for each in allowed if each.name in {"in", "intersects", "exists"}]
    if left.many == "within":
        allowed = [each for each in allowed if each.name in {"=", "exists"}]
    operator = draw(st.sampled_from(allowed))
    if operator.name == "exists":
        return Atom(left, operator)
    constants = CONSTANTS[left.kind]
    if operator.name in {"glob", "iglob"}:
        constants = PATTERNS
    if operator.name == "regex":
        constants = REGEXES
    if operator.right == "list":
        return Atom(left, operator, "", draw(st.frozensets(constants, max_size=4)))
    if operator.modifiers and left.many not in {"within"} and draw(st.integers(0, 3)) == 0:
        return Atom(left, operator, draw(st.sampled_from(sorted(operators.MODIFIERS))), tuple(draw(st.lists(constants, max_size=4))))
    return Atom(left, operator, "", draw(constants))


TREES = st.recursive(
    st.one_of(atoms(), st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: Or(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=12,
)


@st.composite
def worlds(draw):
    found = {}
    for name in PLAIN:
        operand = checked(f"{name} exists").tree.left
        kind = KINDS[operand.kind]
        if draw(st.integers(0, 3)):
            found[name] = draw(kind if operand.many in {"one", "within"} else st.lists(kind, max_size=3))
    return found


@settings(max_examples=400, deadline=None)
@given(st.lists(TREES, min_size=1, max_size=5), st.lists(worlds(), min_size=1, max_size=4))
def test_native_and_reference_agree(trees, given_values):
    """All rules of a set over several events, so that answers, memories and unfolded ways of one event meet the next."""
    program = compiled(*trees)
    for world in given_values * 2:
        assert natively(program, world) == [number for number, tree in enumerate(trees) if by_reference(tree, world)]


@settings(max_examples=100, deadline=None)
@given(st.lists(TREES, min_size=1, max_size=5), worlds())
def test_the_first_that_matches_ends_it(trees, world):
    every = natively(compiled(*trees), world)
    assert natively(compiled(*trees, first=True), world) == every[:1]


@settings(max_examples=50, deadline=None)
@given(st.lists(TREES, min_size=1, max_size=4))
def test_no_way_asks_twice(trees):
    steps = compiled(*trees).steps_of(OPEN)
    ways = [(0, frozenset())] if steps else []
    while ways:
        at, asked = ways.pop()
        atom, *nexts = steps[at]
        if atom >= 0:
            assert atom not in asked
            asked |= {atom}
        ways += [(to, asked) for to in set(nexts) if to >= 0][: 2000 - len(ways)]


# sets of rules


def test_rules_match_in_load_order():
    program = compiled(*(checked(text).tree for text in ("t.int = 1", "t.int = 2", "t.int > 0", "evt.type = open", "evt.type = close")))
    assert natively(program, values({"t.int": 1})) == [0, 2, 3]
    assert natively(program, values({"t.int": 2})) == [1, 2, 3]
    assert natively(program, values({}), CLOSE) == [4]


def test_a_shared_first_question_that_fails_ends_all():
    program = compiled(*(checked(f"t.bool = true and t.int = {number}").tree for number in range(50)))
    assert natively(program, values({"t.bool": False})) == []
    assert program.steps_of(OPEN)[0][2] == -1


def test_what_the_event_type_decides_is_not_asked():
    program = compiled(checked("evt.type in (open, close) and t.int = 1").tree, checked("evt.type = connect and t.int = 1").tree)
    assert [atom for atom, *_ in program.steps_of(OPEN)] == [0, -1]
    assert [kind for kind in range(names().types) if program.wanted[kind]] == [
        kind for kind in range(names().types) if names().by_key[kind] in {"open", "close", "connect"} and kind % 2
    ]


def test_a_condition_stands_alone():
    condition = Condition(checked("evt.type = open and t.int = 1").tree, AtomTable("falco", FIELDS.slot))
    VALUES.clear()
    VALUES.update(values({"t.int": 1}))
    assert condition.matches(event(), STATE) is True
    assert condition.matches(event(CLOSE), STATE) is False


def test_sysdig_programs_take_the_events_that_can_match():
    tree = checked("evt.type = close and t.int = 1", "sysdig").tree
    program = RuleProgram([tree], AtomTable("sysdig", FIELDS.slot))
    assert program.wanted[CLOSE] and not program.wanted[OPEN]
    assert natively(program, {"evt.type": b"close", "t.int": 1}, CLOSE) == [0]
    assert natively(program, {"evt.type": b"close", "t.int": 1}, OPEN) == []


def test_more_ways_than_steps_still_give_the_answers():
    """Ways are joined when there are too many; then questions are met whose answers are known already."""
    text = " or ".join(f"(t.text = a{a} and t.other = b{b} or t.int = {a * 40 + b})" for a in range(12) for b in range(12))
    texts = [text] + [f"not t.text = a{a} and t.int != {a} or t.other = b{a}" for a in range(12)]
    trees = [checked(each).tree for each in texts]
    program = compiled(*trees)
    program.steps_of(OPEN)
    for a in range(14):
        world = {"t.text": b"a%d" % a, "t.other": b"b%d" % (a * 7 % 14), "t.int": a * 37 % 400}
        assert natively(program, world) == [number for number, tree in enumerate(trees) if by_reference(tree, world)]


def test_forgetting_begins_anew():
    table = AtomTable("falco", FIELDS.slot)
    program = RuleProgram([checked("t.int = 1").tree], table)
    same = event()
    VALUES.clear()
    VALUES["t.int"] = 1
    assert program.matches(same, STATE) == [0]
    VALUES["t.int"] = 2
    assert program.matches(same, STATE) == [0], "one event, one answer"
    table.forget()
    assert program.matches(same, STATE) == []


def test_equal_questions_are_one_atom():
    table = AtomTable("falco", FIELDS.slot)
    RuleProgram([checked("t.int = 1 and t.text in (a, b)").tree, checked("t.text in (b, a) or t.int = 1").tree], table).steps_of(OPEN)
    assert len(table) == 2


SPELLED = [
    ("fd.name = /etc/shadow", True),
    ("fd.name = /tmp/x/link", True),
    ("fd.name = /tmp/x/other", False),
    ("fd.directory = /tmp/x and fd.filename = link", True),
    ("fd.directory = /tmp/x and fd.filename = shadow", False),  # both of one spelling
    ("not fd.name startswith /tmp", True),  # a link there hides nothing
    ("fd.name startswith /etc and not fd.name startswith /tmp", True),
    ("tolower(fd.name) = /tmp/x/link", True),
    ("fs.path.name = /tmp/x/link", True),
    ("fd.realpath = /tmp/x/link", False),
    ("fd.claimedpath = /tmp/x/link", True),
]


@pytest.mark.parametrize("text, verdict", SPELLED)
def test_a_condition_holds_for_either_spelling_of_a_path(host, text, verdict):
    source = Source(text)
    tree = check(parse(text, "falco", source), source, "falco").tree
    rules = RuleProgram([tree, tree])
    for opened in host.events(("openat<", 100, 5, -100, "/etc/shadow", 1, 0, 0, 0, "/tmp/x/link")):
        host.state.process(opened)
        assert rules.matches(opened, host.state) == [0, 1] * verdict
        assert rules.matches(opened, host.state) == [0, 1] * verdict, "asking leaves nothing behind"


def test_a_condition_holds_for_each_of_many_names(host):
    """Renamed, as events tell, and somewhere else, as the kernel tells."""
    trees = []
    for text in (
        "fd.name = /etc/shadow",
        "fd.name = /mnt/shadow",
        "fd.otherpath = /mnt/shadow",
        "fd.name = /etc/shadow and fd.otherpath = /mnt/shadow",
    ):
        source = Source(text)
        trees.append(check(parse(text, "falco", source), source, "falco").tree)
    rules = RuleProgram(trees)
    for seen in host.events(
        ("rename<", 100, 0, "/etc/shadow", "/tmp/x"), ("openat<", 100, 5, -100, "/tmp/x", 1, 0, 0, 0, b"\0\2/mnt/shadow")
    ):
        host.state.process(seen)
        if host.state.fd is not None:
            assert host.state.fd.aliases == (b"/etc/shadow", b"/mnt/shadow")
            assert rules.matches(seen, host.state) == [0, 1, 2]
            return
    raise AssertionError("nothing was opened")


def test_a_condition_holds_for_the_other_name_of_a_file(host):
    trees = []
    for text in "fd.name = /etc/shadow", "fd.name = /tmp/x", "fd.name startswith /tmp and not fd.name startswith /etc", "fd.name = /nope":
        source = Source(text)
        trees.append(check(parse(text, "falco", source), source, "falco").tree)
    every, first = RuleProgram(trees), RuleProgram(trees[:1], first=True)
    for seen in host.events(("rename<", 100, 0, "/etc/shadow", "/tmp/x"), ("openat<", 100, 5, -100, "/tmp/x", 1, 0, 0, 0, b"")):
        host.state.process(seen)
        if host.state.fd is not None:
            assert every.matches(seen, host.state) == [0, 1, 2] and host.state.alias == b"/etc/shadow"
            assert first.matches(seen, host.state) == [0]
    assert host.state.fd is not None
