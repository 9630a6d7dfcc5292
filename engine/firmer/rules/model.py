"""What rules files define, as they define it: texts with their places, nothing expanded yet."""

from __future__ import annotations

from firmer.filter.source import Source
from firmer.record import field, record
from firmer.rules.places import Mark

PRIORITIES = ("emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug")
ALWAYS = 1 << 62  # visibility of rules: they see every macro

Entry = str | list["Entry"]  # of an exception: a text, or a list of entries


@record(slots=True)
class ListDef:
    """A list. `index` tells its place among all definitions, `visibility` up to which index it sees other lists."""

    name: str
    items: list[str]
    mark: Mark
    index: int = 0
    visibility: int = 0


@record(slots=True)
class Macro:
    name: str
    condition: Source
    mark: Mark
    index: int = 0
    visibility: int = 0


@record(slots=True)
class RuleException:
    """An exception of a rule. `fields` and `comps` are one text or a list; `comps` None until somebody fills it in."""

    name: str
    fields: Entry | None
    comps: Entry | None
    values: list[Entry]
    mark: Mark


@record(slots=True)
class Rule:
    name: str
    condition: Source
    output: Source
    desc: str
    priority: int  # index of PRIORITIES
    mark: Mark
    source: str = "syscall"
    enabled: bool = True
    tags: set[str] = field(default_factory=set)
    exceptions: list[RuleException] = field(default_factory=list)
    warn_evttypes: bool = True
    skip_if_unknown_filter: bool = False
    capture: bool = False
    capture_duration: int = 0  # ms
    index: int = 0

    @property
    def priority_word(self) -> str:
        return PRIORITIES[self.priority].capitalize()


@record(slots=True)
class RuleUpdate:
    """What a later item says about a rule; None where it says nothing."""

    name: str
    mark: Mark
    source: str = ""
    condition: Source | None = None
    output: Source | None = None
    desc: str | None = None
    priority: int | None = None
    enabled: bool | None = None
    tags: set[str] | None = None
    exceptions: list[RuleException] | None = None
    warn_evttypes: bool | None = None
    skip_if_unknown_filter: bool | None = None
    capture: bool | None = None
    capture_duration: int | None = None

    KEYS = (
        "condition", "output", "desc", "priority", "enabled", "tags", "exceptions", "warn_evttypes", "skip_if_unknown_filter", "capture",
        "capture_duration",
    )  # fmt: skip

    def says_something(self) -> bool:
        return any(getattr(self, key) is not None for key in self.KEYS)
