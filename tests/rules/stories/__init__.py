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
    only: str | None = None  # the one layout that can tell it

    @property
    def id(self) -> str:
        return f"{self.rule}: {self.story.__name__.replace('_', ' ')}"


CASES: list[Case] = []


def fires(rule: str, only: str | None = None) -> Callable[[Story], Story]:
    return entered(rule, True, only)


def near_miss(rule: str) -> Callable[[Story], Story]:
    return entered(rule, False)


def entered(rule: str, raised: bool, only: str | None = None) -> Callable[[Story], Story]:
    def enter(story: Story) -> Story:
        CASES.append(Case(rule, raised, story, only))
        return story

    return enter
