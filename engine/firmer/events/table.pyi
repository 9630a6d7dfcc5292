from typing import TypedDict

CATEGORIES: tuple[str, ...]
PARAM_TYPES: tuple[str, ...]
PARAM_FORMATS: tuple[str, ...]
EVENT_FLAGS: tuple[str, ...]
SYSDIG_CODE_LIMIT: int
EVENT_KEY_COUNT: int
NAMED: int

def every_key(wanted: bytes) -> bytes | None: ...

class EventRow(TypedDict):
    """One event type; `flags` are bits, a parameter is its name and the numbers of its type and format."""

    id: int
    name: str
    dir: str
    category: str
    flags: int
    params: list[tuple[str, int, int]]
    sysdig_params: int | None
    entry: bool

def event_types(sysdig: bool = False) -> list[EventRow]: ...
def event_names() -> list[str]: ...
def syscall_codes() -> dict[str, int]: ...
def sysdig_keys() -> tuple[list[str | None], list[str | None], list[str]]: ...
def x86_64_calls() -> dict[int, int]: ...
