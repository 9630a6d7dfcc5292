from firmer.event import Event
from firmer.fields.registry import Field
from firmer.state.state import State

class Slot:
    field: Field
    text: str
    argument: object
    sysdig: bool
    output: bool
    present: bool
    num: int
    obj: object
    kind: int
    many: int
    print_format: int
    def forget(self) -> None: ...
    def value(self, event: Event, state: State) -> object: ...
    def text_of(self, event: Event, state: State) -> bytes | None: ...
