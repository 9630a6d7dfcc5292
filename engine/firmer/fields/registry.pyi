from collections.abc import Callable

from firmer.errors import FirmerError
from firmer.fields.slot import Slot

DIALECTS: tuple[str, ...]

class UnknownField(FirmerError):
    text: str
    def __init__(self, text: str, nearest: Callable[[], list[str]] | None = None) -> None: ...
    @property
    def nearest(self) -> list[str]: ...

class BadArgument(FirmerError):
    text: str
    reason: str
    def __init__(self, text: str, reason: str) -> None: ...

def index(text: str) -> int: ...
def key(text: str) -> bytes: ...
def index_or_key(text: str) -> int | bytes: ...

class Field:
    name: str
    type: str
    sysdig_type: str
    help: str
    example: str
    print_format: str
    argument: str
    dialects: frozenset[str]
    is_list: bool
    filter_only: bool
    no_right_hand_side: bool
    no_transformer: bool
    hidden: bool
    deprecated: bool
    retired: bool
    spelled: bool
    measures: bool
    kind: int
    many: int
    type_of: Callable[[object, str], str] | None
    parse: Callable[[str], object] | None
    parse_dotted: Callable[[str], object] | None
    dotted_length: Callable[[str], int]
    def slot(self, text: str, argument: str | None, dialect: str, output: bool = False) -> Slot: ...
    def parsed(self, text: str, argument: str | None) -> object: ...
