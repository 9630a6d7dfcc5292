class Enters:
    added: int
    left: int
    def __init__(self) -> None: ...
