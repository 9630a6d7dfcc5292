"""Files after one another: verdicts, codes and lines as real Falco gave them; the stock files together."""

import json
from pathlib import Path

import pytest
from rulefiles import errors, load, rule, told, warnings

from firmer.errors import BadInput
from firmer.rules.loader import Loader
from firmer.rules.problems import falco_code

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
FALCO = json.loads((SHARED / "rulesets/errors/errors.json").read_text()) if SHARED.is_dir() else {}

# Where we say another thing than Falco, and why.
OTHER_CODE = {
    "002-yaml-unclosed-quote": "libyaml finds the quote that nobody closes; Falco's reader takes it as a text to the end of the file"
}
OTHER_LINE = OTHER_CODE | {
    "038-undefined-macro": "Falco counts from the condition's begin",
    "040-macro-of-itself": "Falco counts from the condition's begin",
    "103-exception-replace-without-comps": "ours is the exception's line, Falco's the condition's, where the exception does not stand",
}


def verdict(name: str) -> Loader | BadInput:
    loader = Loader()
    try:
        loader.load(str(SHARED / "rulesets/errors" / f"{name}.yaml"))
    except BadInput as error:
        return error
    return loader


@pytest.mark.parametrize("name", FALCO)
def test_files_are_taken_and_refused_as_by_falco(name):
    falco = FALCO[name]
    ours = verdict(name)
    assert isinstance(ours, Loader) is falco["falco_ok"]
    if isinstance(ours, Loader):
        found = {falco_code(problem) for problem in ours.problems + ours.unused} - {""}
        assert found == {each["code"] for each in falco.get("warnings", [])}
        return
    for first in falco.get("errors", []):
        problem = ours.problems[0]
        if name not in OTHER_CODE:
            assert falco_code(problem) == first["code"]
        if name not in OTHER_LINE:
            # Falco counts lines from 0; in conditions it adds the line within the condition, counted from 1
            assert problem.place.line == first["line"] + (first["item"] != "condition expression")


def test_the_stock_files_load_together(shared):
    loader = Loader()
    for name in ("falco_rules", "falco-incubating_rules", "falco-sandbox_rules"):
        loader.load(str(shared / f"rulesets/{name}.yaml"))
    assert [len(loader.ready), len([each for each in loader.ready if each.rule.enabled])] == [93, 81]
    assert [problem for problem in loader.problems if problem.severity == "error"] == []


def test_all_errors_of_a_file_show_at_once():
    text = (
        rule("evt.type = opne", "one")
        + rule("proc.nmae = x", "two")
        + rule("evt.type = open", "three", "").replace("output: o", "output: '%nope'")
    )
    assert told(errors(text)) == ["a.yaml:2:25 F011", "a.yaml:7:14 F007", "a.yaml:14:12 R031"]


def test_an_error_is_told_of_the_file_that_brought_it_in():
    first = "- macro: m\n  condition: evt.type = open\n" + rule("m")
    assert told(errors(first, "- macro: m\n  condition: proc.nope = x\n")) == ["b.yaml:2:14 F007"]


@pytest.mark.parametrize(("condition", "output"), [("proc.nope = x", "o"), ("evt.type = nope", "o"), ("evt.type = open", "%proc.nope")])
def test_what_does_not_exist_may_be_skipped(condition, output):
    text = rule(condition, more="  skip-if-unknown-filter: true\n").replace("output: o", f"output: '{output}'")
    loader = load(text)
    assert loader.ready == []
    assert warnings(text) == ["LOAD_UNKNOWN_FILTER"]


def test_other_errors_are_not_skipped():
    assert told(errors(rule("evt.type = open and fd.num = x", more="  skip-if-unknown-filter: true\n")))


def test_the_warning_about_event_types_can_be_switched_off():
    assert warnings(rule("proc.name = x")) == ["LOAD_NO_EVTTYPE"]
    assert warnings(rule("proc.name = x", more="  warn_evttypes: false\n")) == []


def test_container_info_prints_nothing():
    text = rule("evt.type = open").replace("output: o", 'output: "o %container.info"')
    assert warnings(text) == ["LOAD_DEPRECATED_ITEM"]
    assert load(text).ready[0].output.literals == (b"o ",)


def test_a_problem_is_told_with_its_line():
    (problem,) = errors(rule(">\n    evt.type = open\n    and proc.nmae = x"))
    assert (problem.source, problem.place.line, problem.place.column, problem.place.length) == ("    and proc.nmae = x", 4, 9, 9)
    assert "proc.name" in problem.hint
