"""Codes of problems."""

from firmer.errors import Place, Problem
from firmer.filter.problems import CODES as CONDITION_CODES
from firmer.rules.places import Mark, YamlFile
from firmer.rules.problems import CODES, falco_code, found, refusal, unreadable


def test_no_code_is_used_by_two_rooms():
    assert not CODES.keys() & CONDITION_CODES.keys()


def test_every_problem_has_falcos_name_or_none():
    for code in [*CODES, *CONDITION_CODES]:
        name = falco_code(Problem(code, Place("f", 1, 1), ""))
        assert name == "" or name.startswith("LOAD_")


def test_a_finding_has_its_line():
    problem = found("R051", Mark(YamlFile("f.yaml", "- a\n- bcd\n"), 6, 3), "unknown", "hint")
    assert (problem.severity, problem.source, problem.place) == ("warning", "- bcd", Place("f.yaml", 2, 3, 3))


def test_a_refusal_holds_one_problem():
    assert len(refusal("R001", Mark(YamlFile("f", "a"), 0), "bad").problems) == 1
    assert unreadable("f", "gone").problems[0].code == "R002"
