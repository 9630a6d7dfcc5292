from firmer.events.section import Section

class Metadata:
    section: Section
    def __init__(self, notes: dict[str, int]) -> None: ...
