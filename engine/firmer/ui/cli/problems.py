"""Problems as text: place, severity, code, what is wrong, and the line with a caret below the place."""

from collections.abc import Sequence

from firmer.errors import Problem


def render(problems: Sequence[Problem]) -> str:
    return "".join(map(render_one, problems))


def render_one(problem: Problem) -> str:
    place = problem.place
    head = f"{place.file}:{place.line}:{place.column}: {problem.severity}[{problem.code}]: {problem.text}\n"
    hint = f" {problem.hint}" if problem.hint else ""
    if not problem.source:
        return head + (f"  hint:{hint}\n" if hint else "")
    gutter = f"{place.line:>5} | "
    indent = " " * (len(gutter) - 2) + "| "
    # a tab keeps its width only below a tab
    before = "".join("\t" if letter == "\t" else " " for letter in problem.source[: place.column - 1])
    return f"{head}{gutter}{problem.source}\n{indent}{before}{'^' * max(place.length, 1)}{hint}\n"
