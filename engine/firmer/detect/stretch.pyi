from firmer.detect.point import Point

class Stretch:
    begin: Point | None
    end: Point | None
    def __init__(self, begin: Point | None = None, end: Point | None = None) -> None: ...
    def restart(self) -> None: ...
