"""What can go wrong, and how it is told.

    FirmerError                 everything that we raise on purpose
    ├── BadCapture              a capture that ends early or does not hold together: path, offset, reason
    ├── BadInput                what a user wrote cannot be used: a list of `Problem`
    └── UsageError              a command line that cannot be carried out

A `Problem` is one finding at one place in a file that somebody wrote; problems are collected, so that ten show at once.
"""

from firmer.record import record


class FirmerError(Exception):
    """Base of all errors that firmer raises on purpose."""


class BadCapture(FirmerError):
    """A capture that cannot be read on from `offset` (bytes into the uncompressed stream)."""

    def __init__(self, path: str, offset: int, reason: str) -> None:
        super().__init__(f"{path}: at byte {offset}: {reason}")
        self.path = path
        self.offset = offset
        self.reason = reason


@record(frozen=True, slots=True)
class Place:
    """A stretch of a file; line and column from 1, in characters."""

    file: str
    line: int
    column: int
    length: int = 1


@record(frozen=True, slots=True)
class Problem:
    """One finding at one place in a file that somebody wrote."""

    code: str
    place: Place
    text: str
    hint: str = ""
    severity: str = "error"
    source: str = ""  # the line that `place` names, for the caret


class BadInput(FirmerError):
    """What a user wrote cannot be used; `problems` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.text for problem in problems))
        self.problems = problems


class UsageError(FirmerError):
    """A command line that cannot be carried out."""
