class Ring:
    name: str
    size: int
    bad: int
    unknown: int
    most: int
    def __init__(self, fd: int, size: int, name: str = "events") -> None: ...
