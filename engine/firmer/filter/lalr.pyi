from typing import Any

class Unexpected(Exception):
    at: int
    expected: set[str]

class Token(str):
    start_pos: int
    end_pos: int

class Parser:
    def __init__(self, tables: dict[str, Any], builder: object) -> None: ...
    def parse(self, text: str, start: str) -> Any: ...
