"""The type check: verdicts are Falco's, findings have a place and words."""

import json

import pytest
from unit.filter.world import FIELDS, checked

from firmer.errors import BadInput
from firmer.filter.ast import And, Expansion, Not, Reference
from firmer.filter.check import check
from firmer.filter.parse import parse
from firmer.filter.problems import CODES
from firmer.filter.source import Source
from firmer.filter.tree import Atom, shown

# ruff: noqa: E501
# condition, then a line with the place and one with words for each finding
GOLDEN = """
t.nothing = a
^^^^^^^^^
F007 unknown field 't.nothing'

t.int contains 3
^^^^^^^^^^^^^^^^
F009 'contains' does not compare numbers, as 't.int' has | it takes: exists = != < <= > >= in intersects

t.text bcontains 61
^^^^^^^^^^^^^^^^^^^
F009 'bcontains' does not compare texts, as 't.text' has | it takes: exists = != < <= > >= in intersects contains icontains startswith endswith glob iglob regex pmatch

t.buffer glob a*
^^^^^^^^^^^^^^^^
F009 'glob' does not compare bytes, as 't.buffer' has | it takes: exists = != in intersects contains startswith endswith bcontains bstartswith

t.bool > 0
^^^^^^^^^^
F009 '>' does not compare truth values, as 't.bool' has | it takes: exists = != in intersects

t.ip < 1
^^^^^^^^
F009 '<' does not compare addresses, as 't.ip' has | it takes: exists = != in intersects

t.list = a
^^^^^^^^^^
F009 '=' does not compare lists, and 't.list' is one | lists take: in, intersects, exists

t.within != 3
^^^^^^^^^^^^^
F009 't.within' is only compared with '='

evt.type = open and t.int in (1, x, 3.0)
                                 ^
F010 'x' is not a number | 't.int' has the type INT64
                                    ^^^
F010 '3.0' is not a number: decimal digits only | 't.int' has the type INT64

t.uint = -1
         ^^
F010 '-1' is not a number from 0: decimal digits only | 't.uint' has the type UINT64

t.bool = TRUE
         ^^^^
F010 'TRUE' is neither 'true' nor 'false' | 't.bool' has the type BOOL

t.ip = 1.2.3
       ^^^^^
F010 '1.2.3' is not an IPv4 address | 't.ip' has the type IPADDR

t.net = 10.0.0.1
        ^^^^^^^^
F010 '10.0.0.1' is not a network: it lacks the length, as in 10.0.0.1/32 | 't.net' has the type IPNET

t.buffer bcontains 616
                   ^^^
F010 '616' is not a row of pairs of hexadecimal digits | 't.buffer' has the type BYTEBUF

t.text = "\\x00"
         ^^^^^^
F010 a constant cannot hold a zero byte

evt.type = opens
           ^^^^^
F011 unknown event type 'opens' | did you mean 'open'?

evt.type startswith exec
                    ^^^^
F011 unknown event type 'exec' | did you mean 'execve'?

t.text regex '('
             ^^^
F012 bad regular expression: missing ): ( | RE2 in POSIX syntax: no (?i), no \\d, no look-ahead

tolower(t.int) = a
^^^^^^^^^^^^^^
F013 'tolower' does not work on 't.int', which has the type INT64 | tolower(proc.name)

tolower("a") = a
^^^^^^^^^^^^
F013 'tolower' needs a field or a transformer in its brackets | tolower(proc.name)

tolower(t.text, t.other) = a
^^^^^^^^^^^^^^^^^^^^^^^^
F013 'tolower' takes 1 argument, not 2 | tolower(proc.name)

concat(t.text) = a
^^^^^^^^^^^^^^
F013 'concat' takes at least 2 arguments, not 1 | concat(proc.cwd, "/", proc.name)

concat(t.int, "a") = a
^^^^^^^^^^^^^^^^^^
F013 'concat' joins texts, and 't.int' is none | concat(proc.cwd, "/", proc.name)

join(",", t.text) = a
^^^^^^^^^^^^^^^^^
F013 'join' needs a list as its second argument: (a, b) | join("-", (proc.name, proc.pname))

join(",", (t.text, t.int)) = a
^^^^^^^^^^^^^^^^^^^^^^^^^^
F013 'join' joins texts, and 't.int' is none | join("-", (proc.name, proc.pname))

getopt((t.text), "ab")[bb] exists
^^^^^^^^^^^^^^^^^^^^^^^^^^
F013 the brackets behind 'getopt' hold the letter of one option | getopt((proc.args[0], proc.args[1]), "ab:")[b]

tolower(t.text)[1] = a
^^^^^^^^^^^^^^^^^^
F013 'tolower' takes nothing in brackets behind it

len(t.any) > 1
    ^^^^^
F013 't.any' cannot stand in a transformer

join(",", (t.any)) = a
           ^^^^^
F013 't.any' cannot stand in a transformer

tolower(evt.type) = open
        ^^^^^^^^
F013 'evt.type' cannot stand in a transformer: conditions are sorted by it beforehand

t.text = len(t.other)
^^^^^^^^^^^^^^^^^^^^^
F014 't.text' has the type CHARBUF, 'len(t.other)' has the type UINT64

t.list in val(t.text)
^^^^^^^^^^^^^^^^^^^^^
F014 't.list' has the type list of CHARBUF, 't.text' has the type CHARBUF

t.text regex val(t.other)
^^^^^^^^^^^^^^^^^^^^^^^^^
F015 'regex' cannot compare 't.text' with a field

t.net = val(t.net)
^^^^^^^^^^^^^^^^^^
F015 '=' cannot compare 't.net' with a field

t.any = val(t.text)
^^^^^
F015 't.any' cannot be compared with a field

t.text = val(t.any)
             ^^^^^
F015 't.any' cannot stand on the right side

evt.type = val(t.text)
^^^^^^^^
F015 'evt.type' cannot be compared with a field

t.text = anyof val(t.other)
               ^^^^^^^^^^^^
F016 'anyof' needs a list of constants behind it

spawned and t.nothing = 1
^^^^^^^
F005 unknown macro 'spawned' | did you mean 'spawned_process'?
            ^^^^^^^^^
F007 unknown field 't.nothing'

t.text regex abc
             ^^^
F051 'abc' has no special characters | '=' does the same and is faster
^^^^^^^^^^^^^^^^
F050 it is evaluated for nearly every event | name the event types it is about: evt.type in (…)

evt.type = open and t.old > 1
                    ^^^^^
F053 't.old' is deprecated

evt.type = open and t.text = "tolower(t.other)"
                             ^^^^^^^^^^^^^^^^^^
F054 'tolower(t.other)' is compared as a text, though it looks like a transformer | leave the quotes away

evt.type in ()
^^^^^^^^^^^^^^
F050 no event type can match | name the event types it is about: evt.type in (…)
"""


def findings(text):
    source = Source(text)
    try:
        return check(parse(text, source=source), source, find=FIELDS.find, macros=["spawned_process", "container"]).problems
    except BadInput as bad:
        return bad.problems


@pytest.mark.parametrize("golden", GOLDEN.strip().split("\n\n"), ids=lambda text: text.partition("\n")[0])
def test_golden_findings(golden):
    text = golden.partition("\n")[0]
    lines = [text]
    for found in findings(text):
        lines.append(" " * (found.place.column - 1) + "^" * found.place.length)
        lines.append(f"{found.code} {found.text}" + (f" | {found.hint}" if found.hint else ""))
    assert "\n".join(lines) == golden


def test_a_word_that_is_a_field_is_told():
    text = "evt.type = open and proc.name = proc.pname"
    (found,) = check(parse(text), Source(text)).problems
    assert (found.code, found.place.column, found.hint) == ("F052", 33, "val(proc.pname) is its value")


def test_every_code_of_the_check_has_a_golden_text():
    tested = {line[:4] for line in GOLDEN.splitlines() if line[:1] == "F" and line[1:4].isdigit()} | {"F052"}
    elsewhere = {"F001", "F002", "F003", "F004", "F006", "F008", "F017"}
    assert tested | elsewhere == set(CODES)


def test_argument_that_cannot_be():
    text = "proc.aname[a] = b"
    with pytest.raises(BadInput) as caught:
        check(parse(text), Source(text))
    assert [(found.code, found.place.length) for found in caught.value.problems] == [("F008", 13)]


def test_the_nearest_field_is_suggested():
    text = "evt.type = open and proc.nmae = a"
    with pytest.raises(BadInput) as caught:
        check(parse(text), Source(text))
    assert caught.value.problems[0].hint == "did you mean 'proc.name'?"


def test_places_in_a_macro_are_places_in_its_text():
    macro = Source("x or\n  t.nothing = 1", "macros.yaml")
    body = parse("t.text = a or t.nothing = 1")
    expr = And((Expansion("mine", body, macro, 0, 4), parse("t.int = x")), 0, 20)
    with pytest.raises(BadInput) as caught:
        check(expr, Source("mine and t.int = x", "rules.yaml"), find=FIELDS.find)
    first, second = caught.value.problems
    assert first.place.file == "macros.yaml" and first.text == "unknown field 't.nothing' (in macro 'mine')"
    assert second.place.file == "rules.yaml" and second.code == "F010"


def test_macros_may_not_nest_without_end():
    expr = parse("t.int = 1")
    for _ in range(2000):
        expr = Expansion("m", expr, Source("t.int = 1"))
    with pytest.raises(BadInput, match="too deep"):
        check(expr, Source("m"), find=FIELDS.find)


def test_what_is_known_of_a_macro_is_told_wherever_it_stands():
    macro = Source("t.text regex abc or t.text = val", "macros.yaml")
    memory = {}
    bodies = Expansion("mine", parse(macro.text), macro), Expansion("mine", parse(macro.text), macro)
    conditions = [And((bodies[0], parse(f"t.int = {number}"))) for number in (1, 2)] + [bodies[1]]
    first, second, third = (check(expr, Source("mine"), find=FIELDS.find, memory=memory) for expr in conditions)
    assert first.tree.children[0] is second.tree.children[0] and first.tree.children[0] == third.tree
    warned = [
        [(found.code, found.place.file, found.text) for found in each.problems if found.code != "F050"] for each in (first, second, third)
    ]
    assert warned[0] == warned[1] == warned[2] and warned[0][0][:2] == ("F051", "macros.yaml")


def test_a_macro_that_is_known_is_not_put_too_deep():
    expr, memory, depths = parse("t.int = 1"), {}, []
    for depth in range(700):
        expr = Expansion("m", expr, Source("t.int = 1"))
        if depth % 100 == 99:
            try:
                check(expr, Source("m"), find=FIELDS.find, memory=memory)
                depths.append(depth + 1)
            except BadInput as error:
                assert error.problems[0].text.startswith("macros within macros nest too deep")
    assert depths == [100, 200, 300, 400, 500]


def test_constants_are_converted():
    tree = checked("t.int in (1, -2) and t.port = https and t.net = 10.1.0.0/16 and t.text startswith anyof (a, b)").tree
    assert [atom.constant for atom in tree.children] == [frozenset({1, -2}), 443, (bytes([10, 1, 0, 0]), 16), (b"a", b"b")]
    assert str(tree.children[2]) == "t.net = 0a010000/16"
    assert shown(frozenset({b"b", b"a"})) == "(a, b)"


def test_val_is_the_field_itself():
    atom = checked("t.text = val(t.other)").tree
    assert isinstance(atom, Atom) and atom.right.text == "t.other" and atom.right.is_field
    assert checked("not not t.int = 1").tree == checked("t.int = 1").tree
    assert isinstance(checked("not t.int = 1").tree, Not)


def test_every_verdict_and_warning_of_falco(shared):
    """258 conditions that real Falco was asked about; those on output texts are the rules room's."""
    wrong = []
    for row in json.loads((shared / "spec" / "falco_conditions.json").read_text()):
        if (not row["ok"] and "OUTPUT" in row.get("error", "")) or row.get("output") == "":
            continue
        source = Source(row["condition"])
        try:
            problems, ok = check(parse(row["condition"], source=source), source).problems, True
        except BadInput as bad:
            problems, ok = bad.problems, False
        warnings = sorted(CODES[found.code].falco for found in problems if found.severity == "warning")
        if ok != row["ok"] or (ok and warnings != sorted(row.get("warnings", []))):
            wrong.append((row["condition"], ok, [found.text for found in problems]))
    assert not wrong


def test_unknown_reference_alone():
    with pytest.raises(BadInput, match="unknown macro 'x'"):
        check(Reference("x", 0, 1), Source("x"))
