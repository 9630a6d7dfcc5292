from firmer.capture.writer import Writer
from firmer.filter.program import Condition
from firmer.state.consumer import Consumer

class Recorder(Consumer):
    passed: int
    def __init__(self, writer: Writer, condition: Condition | None = None, limit: int = 0) -> None: ...
