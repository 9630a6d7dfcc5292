"""Problems as text."""

import pytest

from firmer.errors import Place, Problem
from firmer.ui.cli.problems import render

SOURCE = "  condition: spawned_process and proc.nmae = bash"
CASES = [
    pytest.param(
        Problem("F007", Place("rules/shell.yaml", 14, 34, 9), "unknown field 'proc.nmae'", "did you mean 'proc.name'?", source=SOURCE),
        "rules/shell.yaml:14:34: error[F007]: unknown field 'proc.nmae'\n"
        "   14 |   condition: spawned_process and proc.nmae = bash\n"
        "      |                                  ^^^^^^^^^ did you mean 'proc.name'?\n",
        id="caret-stands-below-the-place",
    ),
    pytest.param(
        Problem("R001", Place("a.yaml", 1, 1), "no rules", "write one", severity="warning"),
        "a.yaml:1:1: warning[R001]: no rules\n  hint: write one\n",
        id="without-its-line-the-hint-stands-alone",
    ),
    pytest.param(
        Problem("F001", Place("a.yaml", 2, 3, 1), "unexpected 'x'", source="\t x"),
        "a.yaml:2:3: error[F001]: unexpected 'x'\n    2 | \t x\n      | \t ^\n",
        id="tabs-stay-tabs",
    ),
    pytest.param(
        Problem("F001", Place("a\x1b[2J.yaml", 2, 3, 1), "unexpected '\x9b'", source="\x1b\u202ex"),
        "a\\u001b[2J.yaml:2:3: error[F001]: unexpected '\\u009b'\n    2 | \ufffd\ufffdx\n      |   ^\n",
        id="what-a-terminal-would-obey-is-shown",
    ),
]


def test_of_a_long_line_the_part_around_the_place_is_shown():
    text = render([Problem("F001", Place("a.yaml", 1, 900, 5000), "t" * 10_000, source="a" * 899 + "HERE" + "b" * 100_000)])
    message, line, caret = text.splitlines()
    assert len(message) < 2100 and len(line) < 320 and len(caret) < 320
    assert line[caret.index("^") :].startswith("HERE")


@pytest.mark.parametrize(("problem", "text"), CASES)
def test_render(problem, text):
    assert render([problem]) == text
