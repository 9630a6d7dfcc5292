from collections.abc import Callable, Iterable

from firmer.alert import Alert
from firmer.errors import Problem
from firmer.filter.program import RuleProgram
from firmer.rules.loader import Ready
from firmer.rules.model import Rule
from firmer.state.consumer import Consumer

class RuleSet(Consumer):
    wanted: bytes
    program: RuleProgram
    rules: list[Rule]
    matches: list[int]
    warnings: list[Problem]
    hostname: str
    sink: Callable[[Alert], object] | None
    def __init__(
        self, ready: Iterable[Ready], *, first: bool = True, warnings: Iterable[Problem] = (), hostname: str | None = None
    ) -> None: ...

def shown_to_rules(wanted: bytes) -> bytes: ...

class Head:
    def __init__(self, rule: Rule) -> None: ...
