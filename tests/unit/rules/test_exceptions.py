"""Exceptions: the condition that they become, and what must fit together."""

import pytest
from rulefiles import errors, load, rule, told, warnings

from firmer.rules.exceptions import condition
from firmer.rules.model import RuleException
from firmer.rules.places import Mark, YamlFile

MARK = Mark(YamlFile("f", ""), 0)


@pytest.mark.parametrize(
    ("fields", "comps", "values", "expected"),
    [
        ("proc.name", "in", ["a", "b c", "'d e'"], "(proc.name in (a, \"b c\", 'd e'))"),
        ("fd.name", "pmatch", ["/etc"], "(fd.name pmatch (/etc))"),
        ("fd.name", "startswith anyof", ["/a", "/b"], "(fd.name startswith anyof (/a, /b))"),
        ("proc.name", "in", [], ""),
        (
            ["proc.name", "fd.name"],
            ["=", "="],
            [["a", "/x y"], ["b", "/z"]],
            '((proc.name = a and fd.name = "/x y") or (proc.name = b and fd.name = /z))',
        ),
        (["proc.name", "fd.name"], ["in", "startswith"], [[["a", "b c"], "/x"]], '((proc.name in (a, "b c") and fd.name startswith /x))'),
        (["proc.name"], ["in"], [["shells"], ["(x, y)"]], "((proc.name in (shells)) or (proc.name in (x, y)))"),
        (["proc.name"], ["glob oneof"], [["a*"]], "((proc.name glob oneof (a*)))"),
        (["proc.name"], None, [["a"]], "((proc.name  a))"),  # replaced without operators, as in Falco: no condition
    ],
)
def test_the_condition(fields, comps, values, expected):
    assert condition(RuleException("e", fields, comps, values, MARK)) == expected


def with_exception(text: str) -> str:
    return rule("evt.type = open", more=f"  exceptions:\n    - {text}\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{fields: proc.name, values: [x]}", "R012"),
        ("{name: e, values: [x]}", "R012"),
        ("{name: e, fields: proc.nam, values: [x]}", "R018"),
        ("{name: e, fields: [proc.nam], values: [[x]]}", "R018"),
        ("{name: e, fields: proc.name, comps: like, values: [x]}", "R018"),
        ("{name: e, fields: proc.name, comps: [in], values: [x]}", "R018"),
        ("{name: e, fields: proc.name, comps: startswith, values: [x]}", "R018"),
        ("{name: e, fields: [proc.name, fd.name], comps: [=], values: [[x, y]]}", "R018"),
        ("{name: e, fields: [proc.name], comps: in, values: [[x]]}", "R018"),
        ("{name: e, fields: [proc.name], comps: [in oneof], values: [[x]]}", "R018"),
        ("{name: e, fields: [proc.name], values: x}", "R013"),
        ("{name: e, fields: [proc.name, fd.name], values: [x, y]}", "R018"),
        ("{name: e, fields: [proc.name, fd.name], comps: [in, =], values: [[(x, y), /z]]}", "R018"),
        ("{name: e, fields: proc.name, values: [[x]]}", "R018"),
        ("just words", "R011"),
        ("{name: e, fields: [], values: [{a: b}]}", "R013"),
        ("{name: e, fields: [fd.num], values: [[x]]}", "F010"),
    ],
)
def test_what_does_not_fit_is_refused(text, expected):
    assert told(errors(with_exception(text)))[0].split()[1] == expected


def test_exceptions_that_are_no_list_are_refused():
    assert told(errors(rule("evt.type = open", more="  exceptions: {name: e}\n"))) == ["a.yaml:6:15 R013"]


def test_values_are_appended_to_the_exception_of_that_name():
    (ready,) = load(
        with_exception("{name: e, fields: [proc.name], values: [[a]]}"),
        "- rule: r\n  exceptions: [{name: e, values: [[b]]}, {name: f, fields: fd.name, values: [/c]}]\n  override: {exceptions: append}\n",
    ).ready
    assert [condition(each) for each in ready.rule.exceptions] == ["((proc.name = a) or (proc.name = b))", "(fd.name in (/c))"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{name: e, fields: proc.name, values: [y]}", "R018"),
        ("{name: e, comps: in, values: [y]}", "R018"),
        ("{name: new, values: [y]}", "R018"),
        ("{name: new, fields: proc.name}", "R018"),
    ],
)
def test_appending_changes_values_only(text, code):
    base = with_exception("{name: e, fields: proc.name, values: [x]}")
    more = f"- rule: r\n  exceptions: [{text}]\n  override: {{exceptions: append}}\n"
    assert told(errors(base, more))[0].split()[1] == code


def test_oddities_are_warned_of():
    assert warnings(with_exception("{name: e, fields: proc.name}\n    - {name: e, fields: fd.name, odd: 1}")) == [
        "LOAD_UNKNOWN_KEY", "LOAD_EXCEPTION_NAME_NOT_UNIQUE",
    ]  # fmt: skip
