from collections.abc import Mapping

from firmer.event import Event
from firmer.fields.slot import Slot
from firmer.filter.program import AtomTable
from firmer.rules.output_format import Layout
from firmer.state.state import State

TIME_KEY: str

def printed_slot(text: str, dialect: str) -> Slot: ...

class Output:
    keys: tuple[str, ...]
    def __init__(self, layout: Layout, table: AtomTable, extra: Mapping[str, Layout | str] | None = None) -> None: ...
    def text(self, event: Event, state: State) -> str: ...
