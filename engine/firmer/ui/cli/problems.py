"""Problems as text: place, severity, code, what is wrong, and the line with a caret below the place.

A rule file may be an attacker's: what a terminal would obey is shown, never sent.
"""

import re
from collections.abc import Sequence

from firmer.errors import Problem

# C0 but the tab, delete, C1, and what turns or hides text: direction and zero-width marks, tag characters
UNSEEN = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
LONGEST_TEXT = 2000  # characters of a message; a rule's key or value may have a megabyte
LONGEST_LINE = 300  # characters of a line shown, with the place within


def render(problems: Sequence[Problem]) -> str:
    return "".join(map(render_one, problems))


def render_one(problem: Problem) -> str:
    place = problem.place
    head = f"{visible(place.file)}:{place.line}:{place.column}: {problem.severity}[{problem.code}]: {shortened(visible(problem.text))}\n"
    hint = f" {shortened(visible(problem.hint))}" if problem.hint else ""
    if not problem.source:
        return head + (f"  hint:{hint}\n" if hint else "")
    gutter = f"{place.line:>5} | "
    indent = " " * (len(gutter) - 2) + "| "
    line, column = around(problem.source, place.column - 1)
    # a tab keeps its width only below a tab
    before = "".join("\t" if letter == "\t" else " " for letter in line[:column])
    carets = "^" * max(1, min(place.length, LONGEST_LINE - column))
    source = UNSEEN.sub("\N{REPLACEMENT CHARACTER}", line)  # one for one: the caret must stay below its place
    return f"{head}{gutter}{source}\n{indent}{before}{carets}{hint}\n"


def around(source: str, column: int) -> tuple[str, int]:
    """A line, or of a long one the part around a column; and the column there."""
    if len(source) <= LONGEST_LINE:
        return source, column
    begin = max(0, min(column, len(source)) - LONGEST_LINE // 2)
    line = source[begin : begin + LONGEST_LINE]
    return ("…" + line[1:] if begin else line[:-1] + "…"), column - begin


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}… ({len(text):,} characters)"


def visible(text: str) -> str:
    """The text with escapes for what a terminal would obey."""
    return UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
