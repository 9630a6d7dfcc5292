"""Findings."""

import pytest

from firmer.filter.problems import CODES, problem
from firmer.filter.source import Source


def test_a_problem_has_its_codes_severity_and_line():
    found = problem("F050", Source("x\na = b"), 2, 5, "nothing", "a hint")
    assert (found.severity, found.source, found.place.line, found.hint) == ("warning", "a = b", 2, "a hint")


@pytest.mark.parametrize("code", CODES)
def test_warnings_are_told_apart_from_errors(code):
    assert CODES[code].severity in {"error", "warning"}
    assert CODES[code].falco.startswith("LOAD_ERR_") == (CODES[code].severity == "error")
