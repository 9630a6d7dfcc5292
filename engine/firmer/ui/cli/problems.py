"""Problems as text: place, severity, code, what is wrong, and the line with a caret below the place.

A rule file may be an attacker's: what a terminal would obey is shown, never sent.
"""

import re
from collections.abc import Sequence

from firmer.errors import Problem

# C0 but the tab, delete, C1, and the marks that turn the direction of writing
UNSEEN = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def render(problems: Sequence[Problem]) -> str:
    return "".join(map(render_one, problems))


def render_one(problem: Problem) -> str:
    place = problem.place
    head = f"{visible(place.file)}:{place.line}:{place.column}: {problem.severity}[{problem.code}]: {visible(problem.text)}\n"
    hint = f" {visible(problem.hint)}" if problem.hint else ""
    if not problem.source:
        return head + (f"  hint:{hint}\n" if hint else "")
    gutter = f"{place.line:>5} | "
    indent = " " * (len(gutter) - 2) + "| "
    # a tab keeps its width only below a tab
    before = "".join("\t" if letter == "\t" else " " for letter in problem.source[: place.column - 1])
    source = UNSEEN.sub("\N{REPLACEMENT CHARACTER}", problem.source)  # one for one: the caret must stay below its place
    return f"{head}{gutter}{source}\n{indent}{before}{'^' * max(place.length, 1)}{hint}\n"


def visible(text: str) -> str:
    """The text with escapes for what a terminal would obey."""
    return UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
