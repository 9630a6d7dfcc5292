"""Two stories a rule: one that must raise it, one near miss that must not.

A story is a function that gets a host; `fires` and `near_miss` enter it into the table.
"""

from collections.abc import Callable
from dataclasses import dataclass

from firmer.authoring.scenario import Host

Story = Callable[[Host], None]


@dataclass(frozen=True)
class Case:
    rule: str
    fires: bool
    story: Story

    @property
    def id(self) -> str:
        return f"{self.rule}: {self.story.__name__.replace('_', ' ')}"


CASES: list[Case] = []


def fires(rule: str) -> Callable[[Story], Story]:
    return entered(rule, True)


def near_miss(rule: str) -> Callable[[Story], Story]:
    return entered(rule, False)


def entered(rule: str, raised: bool) -> Callable[[Story], Story]:
    def enter(story: Story) -> Story:
        CASES.append(Case(rule, raised, story))
        return story

    return enter
