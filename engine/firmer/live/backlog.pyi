class Backlog:
    limit: int
    held: int
    def __init__(self, limit: int) -> None: ...
