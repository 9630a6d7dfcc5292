from firmer.capture.writer import Writer
from firmer.state.consumer import Consumer

class Today(Consumer):
    notes: dict[str, int]
    def __init__(self, writer: Writer) -> None: ...

class Classic(Consumer):
    notes: dict[str, int]
    def __init__(self, writer: Writer) -> None: ...
